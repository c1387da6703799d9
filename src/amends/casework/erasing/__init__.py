"""What erasing by retention rule works with: which rule is due, and what stands in its way."""
