"""What moves a number, and why two cases or two practices differ."""
