"""Whether a program is the mechanism of its network: read-outs and interventions."""
