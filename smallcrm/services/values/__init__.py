"""Pure cleaners: what a person or another program typed, as the value it stands for."""
