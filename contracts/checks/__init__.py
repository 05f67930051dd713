"""The contract held against whatever answers: checks of single calls, and the run that generates the calls.

`judging` and `shape` look at one call and its answer; `completing` makes generated calls useful; `exploring`
lets schemathesis generate, send and check them. No server is known here: calls go through a WSGI callable.
The packages that this leans on are an extra (`contract`), so nothing imports it when it is loaded.
"""
