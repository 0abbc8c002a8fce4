"""All that changes a network: trained on, fine-tuned, rounded, or replaced by another one."""
