"""What is known of the services: privileges, risk classes, lifecycle, controls. All of it is data under `data/`."""
