"""Turn samples into findings and a verdict; works offline from the store."""
