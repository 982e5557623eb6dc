"""Writes special.suite: special functions, linear algebra and orders, with digits by mpmath.

    python3 test/suites/special.py
"""
from mpmath import mp, mpf, matrix, det, inverse
mp.dps=30
def n(x): return mp.nstr(x,17)
L=["# Special functions, linear algebra and orders, at points that are nothing special, with digits by mpmath.",""]
def case(name,formula,f,**at):
    xs={k:mpf(v) for k,v in at.items()}
    where=', '.join(f'{k} = {v}' for k,v in at.items())
    claims=[f'value = {n(f(**xs))}']
    for k in at:
        if k=='n': continue
        g=mp.diff(lambda t: f(**{**xs,k:t}), xs[k])
        claims.append(f'grad {k} = {n(g)}')
    L.append(f'{name}:'.ljust(16)+f'{formula}'.ljust(28)+f' where {where}  expect {", ".join(claims)} ~ 1e-12')
F={'erf':mp.erf,'erfc':mp.erfc,'erfinv':mp.erfinv,'gamma':mp.gamma,'lgamma':mp.loggamma,'digamma':mp.digamma}
for name,(f,pts) in {'erf':(mp.erf,[.37,-1.41,2.3]),'erfc':(mp.erfc,[.37,-1.41,3.3]),'erfinv':(mp.erfinv,[.37,-.81,.03]),'gamma':(mp.gamma,[.37,2.71,14.3,-1.7]),'lgamma':(lambda x: mp.log(abs(mp.gamma(x))),[.37,1.3,1.8,2.71,14.3,-1.7]),'digamma':(mp.digamma,[.37,1.31,2.71,14.3,-1.7]),'trigamma':(lambda x: mp.polygamma(1,x),[.37,2.71,14.3,-1.7]),'gelu':(lambda x: x*mp.erfc(-x/mp.sqrt(2))/2,[.37,-1.41,2.3])}.items():
    for i,p in enumerate(pts):
        case(f'{name}-{i+1}',f'{name}(x)',lambda x: f(x),x=p)
for i,(k,x) in enumerate([(0,1.7),(1,1.7),(2,.37),(3,14.3),(5,2.2),(2,-1.7)]):
    case(f'polygamma-{i+1}',f'polygamma({k}, x)',lambda x: mp.polygamma(k,x),x=x)
for i,(a,b) in enumerate([(.37,1.41),(2.3,3.7),(12.3,9.7),(.7,25.5)]):
    case(f'beta-{i+1}','beta(a, b)',lambda a,b: mp.beta(a,b),a=a,b=b)
for i,(a,b,c) in enumerate([(.37,1.41,-.6),(-2.3,3.7,8.1)]):
    case(f'fma-{i+1}','fma(a, b, c)',lambda a,b,c: a*b+c,a=a,b=b,c=c)
    case(f'fma-sin-{i+1}','sin(fma(a, b, c))',lambda a,b,c: mp.sin(a*b+c),a=a,b=b,c=c)
case('tanh-sinh','tanh(x) * sinh(x)',lambda x: mp.tanh(x)*mp.sinh(x),x=.37)
A=matrix([['1.3','0.4','-0.7'],['0.2','2.1','0.5'],['-0.6','0.9','1.7']])
T='[[1.3, 0.4, -0.7], [0.2, 2.1, 0.5], [-0.6, 0.9, 1.7]]'
def lst(M): return '['+', '.join('['+', '.join(n(M[i,j]) for j in range(M.cols))+']' for i in range(M.rows))+']'
def grad(f,M):
    G=matrix(M.rows,M.cols)
    for i in range(M.rows):
        for j in range(M.cols):
            def g(t):
                B=M.copy(); B[i,j]=t; return f(B)
            G[i,j]=mp.diff(g,M[i,j])
    return G
def mcase(name,formula,f,M=A,text=T):
    L.append(f'{name}:'.ljust(16)+f'{formula}'.ljust(28)+f' where A = {text}  expect value = {n(f(M))}, grad A = {lst(grad(f,M))} ~ 1e-11')
w=matrix([['0.3','-1.1','0.7'],['1.9','0.4','-0.2'],['0.8','1.3','-0.9']])
def ws(M): return sum(w[i,j]*M[i,j] for i in range(3) for j in range(3))
W='[[0.3, -1.1, 0.7], [1.9, 0.4, -0.2], [0.8, 1.3, -0.9]]'
adj=lambda M: matrix(3,3)+inverse(M)*det(M)
mcase('det','det(A)',det); mcase('logdet','logdet(A)',lambda M: mp.log(det(M))); mcase('inv',f'sum(inv(A) * {W})',lambda M: ws(inverse(M)))
mcase('adjugate',f'sum(adjugate(A) * {W})',lambda M: ws(adj(M)))
b=matrix(['0.3','-1.2','0.8'])
mcase('solve','dot([1, 2, 3], solve(A, [0.3, -1.2, 0.8]))',lambda M: sum((k+1)*x for k,x in enumerate(mp.lu_solve(M,b))))
S=A*A.T
mcase('cholesky',f'sum(cholesky(A) * {W})',lambda M: ws(mp.cholesky((M+M.T)/2)),M=S,text=lst(S))
L.append("sort:           dot(sort(x), [1, 2, 4])      where x = [0.3, -1.2, 0.8]  expect value = 2.6, grad x = [2, 1, 4]")
L.append("sort-columns:   sum(sort(A, axis=0) * [[1, 2], [4, 8]]) where A = [[3, 1], [2, 5]]  expect value = 56, grad A = [[4, 2], [1, 8]]")
L.append("argmax:         sum(x) * argmax(x)           where x = [0.3, -1.2, 0.8]  expect value = -0.2, grad x = 2")
L.append("argmin:         sum(x) * argmin(x)           where x = [0.3, -1.2, 0.8]  expect value = -0.1, grad x = 1")
L.append("ties:           dot(sort(x), [1, 2, 4])      where x = [0.3, -1.2, 0.8]")
open('test/suites/special.suite','w').write('\n'.join(L[:-1])+'\n')
