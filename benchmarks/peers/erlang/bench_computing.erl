%% Computations spread over processes.
-module(bench_computing).
-export([programs/0, pass/2, next/1, work/2]).

programs() ->
    ["fork-join-queens", "fork-join-mandelbrot", "unbalanced-tree", "ran", "parallel"].

pass("fork-join-queens", [Size]) ->
    Parent = self(),
    Full = (1 bsl Size) - 1,
    Jobs = [
        spawn(fun() -> Parent ! job(Full, 1 bsl First, 1 bsl Second) end)
     || First <- lists:seq(0, Size - 1), Second <- lists:seq(0, Size - 1), abs(First - Second) >= 2
    ],
    {length(Jobs), bench:sum_numbers(length(Jobs))};
pass("fork-join-mandelbrot", [Size, Limit]) ->
    Parent = self(),
    [spawn(fun() -> Parent ! row(Size, Y, Limit) end) || Y <- lists:seq(0, Size - 1)],
    {Size, bench:sum_numbers(Size)};
pass("unbalanced-tree", [Depth, Steps]) ->
    Parent = self(),
    spawn(fun() -> node(Parent, Depth, Steps) end),
    receive
        {Nodes, Sum} -> {Nodes, Sum}
    end;
pass("ran", [Processes, Numbers]) ->
    Parent = self(),
    [spawn(fun() -> Parent ! middle(Id, Numbers) end) || Id <- lists:seq(1, Processes)],
    {Processes, bench:sum_numbers(Processes)};
pass("parallel", [Processes, Stamps]) ->
    Parent = self(),
    [spawn(fun() -> Parent ! stamps(Stamps) end) || _ <- lists:seq(1, Processes)],
    {Processes, bench:sum_numbers(Processes)}.

%% Pseudo-random numbers that are the same in every language.

next(Seed) ->
    (Seed * 3877 + 29573) rem 139968.

work(0, Seed) ->
    Seed;
work(Steps, Seed) ->
    work(Steps - 1, next(Seed)).

%% fork-join-queens

job(Full, A, B) ->
    solutions(Full, A bor B, ((A bsl 2) bor (B bsl 1)) band Full, (A bsr 2) bor (B bsr 1)).

%% In how many ways queens can stand on the rows that are left.
solutions(Full, Full, _Left, _Right) ->
    1;
solutions(Full, Columns, Left, Right) ->
    place(Full band bnot (Columns bor Left bor Right), Full, Columns, Left, Right, 0).

place(0, _Full, _Columns, _Left, _Right, Count) ->
    Count;
place(Free, Full, Columns, Left, Right, Count) ->
    Queen = Free band -Free,
    Below = solutions(Full, Columns bor Queen, ((Left bor Queen) bsl 1) band Full, (Right bor Queen) bsr 1),
    place(Free bxor Queen, Full, Columns, Left, Right, Count + Below).

%% fork-join-mandelbrot

row(Size, Y, Limit) ->
    row(0, Size, 2.0 * Y / Size - 1.0, Limit, 0).

row(Size, Size, _Ci, _Limit, Sum) ->
    Sum;
row(X, Size, Ci, Limit, Sum) ->
    row(X + 1, Size, Ci, Limit, Sum + steps(2.0 * X / Size - 1.5, Ci, 0.0, 0.0, 0, Limit)).

steps(_Cr, _Ci, _R, _I, Limit, Limit) ->
    Limit;
steps(Cr, Ci, R, I, N, Limit) when is_float(Cr), is_float(Ci), is_float(R), is_float(I) ->
    RR = R * R,
    II = I * I,
    if
        RR + II > 4.0 -> N;
        true -> steps(Cr, Ci, RR - II + Cr, 2.0 * R * I + Ci, N + 1, Limit)
    end.

%% unbalanced-tree

node(Parent, Depth, Steps) ->
    Sum = work(Steps, Depth),
    Parent ! subtrees(Depth, Steps, Sum).

subtrees(Depth, Steps, Sum) when Depth > 1 ->
    Self = self(),
    spawn(fun() -> node(Self, Depth - 1, Steps) end),
    spawn(fun() -> node(Self, Depth - 2, Steps) end),
    [{A, SumA}, {B, SumB}] = [receive {_, _} = Below -> Below end || _ <- [one, other]],
    {1 + A + B, Sum + SumA + SumB};
subtrees(_Depth, _Steps, Sum) ->
    {1, Sum}.

%% ran: the middle of so many pseudo-random numbers in order

middle(Seed, Count) ->
    lists:nth(1 + Count div 2, lists:sort(numbers(Count, Seed))).

numbers(0, _Seed) ->
    [];
numbers(Left, Seed) ->
    Number = next(Seed),
    [Number | numbers(Left - 1, Number)].

%% parallel: how many stamps of time are not before the one that was made before

stamps(Count) ->
    in_order([#{at => erlang:monotonic_time(), n => N} || N <- lists:seq(1, Count)], 1).

in_order([#{at := A} | [#{at := B} | _] = Rest], Count) when A =< B ->
    in_order(Rest, Count + 1);
in_order([_ | [_ | _] = Rest], Count) ->
    in_order(Rest, Count);
in_order([_], Count) ->
    Count.
