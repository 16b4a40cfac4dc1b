"""Reading abstracts for an answer: matching terms, scoring sentences, judging answerability."""
