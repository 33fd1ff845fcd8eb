"""What reports count, and the documents behind each number. Every question is bounded in time and in lines."""
