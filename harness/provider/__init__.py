"""Ask who makes the picture: the Provider protocol and the Gemini client."""
