import numpy as np
def breakthroughness(scores, *, axis=-1, resolution=None):
    y=np.moveaxis(np.asarray(scores,float),axis,-1)
    d=np.sqrt(np.median(np.diff(y,axis=-1)**2,axis=-1))
    if resolution is not None: d=np.maximum(d,resolution)
    i=np.sign(np.argmax(y,-1)-np.argmin(y,-1))*(y.max(-1)-y.min(-1))
    with np.errstate(all="ignore"): return i/d
def breakthroughness_null(n,q,*,draws=20000,seed=0):
    r=np.random.default_rng(seed).standard_normal((draws,n))
    return np.quantile(np.abs(breakthroughness(r)),q)
