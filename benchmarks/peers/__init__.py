"""Other people's readers, measured beside ours: they live in an environment of their own, imported nowhere else."""
