"""The graph as one reader sees it: pictures, questions, patterns, files."""
