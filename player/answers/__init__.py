"""Where answers come from: a script (``scripted``) or the keyboard (``keys``)."""
