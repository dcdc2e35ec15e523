"""Fee schedules and billing exports: what a code is paid, what each payer pays of it, and volumes of a practice."""
