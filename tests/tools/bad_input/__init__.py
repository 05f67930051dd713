"""The bad-input run: many generated requests to a real server, mostly wrong.

    python -m tests.tools.bad_input                 # 200,000, on a separate server; the seed is printed
    python -m tests.tools.bad_input --seed 7 --only 4711
    python -m tests.tools.bad_input --url http://127.0.0.1:8080 --pid 4242

Two of ten requests are made by schemathesis from the two documents that the mock serves, the others are
bytes that a module here makes out of valid requests. Every request has a number; seed and number are enough
to make it again.
"""
