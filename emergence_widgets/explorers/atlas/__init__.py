"""`EmergenceAtlas`: a whole evaluation as a map."""
