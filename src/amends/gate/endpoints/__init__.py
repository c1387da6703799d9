"""What the gate offers beside the checks, one address a module; each exports one ``PLUGIN``, an `Endpoint`."""
