"""One module for each access-log format; each exports a ``PLUGIN``. They read lines and judge nothing."""
