"""A small solver of fits, batched over many series; it knows no law.

`levenberg_marquardt.solve(curves, objective, start, lower, upper, steps=...)` finds the least value
of an objective for every series at once, within bounds. `curves` is a `Curves`: it gives values
(series, n) and their derivatives (series, n, k) for parameters (series, k). `objective` is one of
`likelihoods`: `Squares` (weighted least squares; twice its value is chi-squared), `Binomial`
(shares of items; twice its value is the deviance) or `HuberOfLogs`. `covariance.covariance` is the
inverse of the information at the solution, for standard errors. Whoever has one start a series and
a formula needs no more. For a law of scales, `problem.Family` says what is fitted (a weighted sum
of basis functions, the law's parameters, bounds), `points.read_points` checks the points,
`starts.best_of` fits from many starts, `covariance.solutions` adds likelihood and errors, and
`predict.predict` carries the curve on with intervals. Imports run in the order likelihoods,
levenberg_marquardt, points, problem, starts, covariance, predict.
"""
