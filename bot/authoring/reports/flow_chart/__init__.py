"""The flows as pictures: SVG, Mermaid, or one page."""
