"""What must hold before a fact is noted or contested, a grade given, a firm puts something right or is repaired."""
