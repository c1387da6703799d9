"""The pages of docs/reference, one module a page; each exports a ``page()`` that returns Markdown."""
