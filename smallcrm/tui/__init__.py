"""The terminal interface: screens and widgets over the services, which it asks at the desk and never waits for."""
