import numpy as np
def wilson_interval(successes,n,*,confidence=.95):
    from scipy.special import ndtri
    z=ndtri(.5+confidence/2); s=np.asarray(successes,float); n=np.asarray(n,float); p=s/n
    c=(p+z*z/(2*n))/(1+z*z/n); h=z/(1+z*z/n)*np.sqrt(p*(1-p)/n+z*z/(4*n*n))
    return np.where(s==0,0,np.maximum(c-h,0)),np.where(s==n,1,np.minimum(c+h,1))
def items_needed(rate,*,confidence=.95):
    r=np.asarray(rate,float)
    with np.errstate(all="ignore"):
        k=np.ceil(np.log(1-confidence)/np.log1p(-r))
    return np.where(r<=0,np.inf,np.where(r>=1,1,np.maximum(k,1)))
def smallest_visible_rate(n_items,*,confidence=.95):
    return -np.expm1(np.log(1-confidence)/np.asarray(n_items,float))
