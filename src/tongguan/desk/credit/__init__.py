"""The pages of credit (信用): a firm's own, those of customs, reviews for certification, and what anybody may know."""
