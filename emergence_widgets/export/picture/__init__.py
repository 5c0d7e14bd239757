"""Still pictures of explorers."""
