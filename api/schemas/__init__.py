"""The models of requests and answers, a file per room."""
