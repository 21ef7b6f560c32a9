"""The parts of reading numbers: the book of number words, tokens, and the runs they form."""
