"""Language, sentences, words, places in a text, embeddings: what engines, memory and references share."""
