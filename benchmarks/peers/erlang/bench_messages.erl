%% Messages between processes.
-module(bench_messages).
-export([programs/0, pass/2, check_copy/2]).

programs() ->
    [
        "fan-in", "fan-out", "big", "chameneos", "registered-send", "selective-receive-scan", "selective-receive-ref",
        "copy-flat", "copy-nested", "copy-binary", "cross-order-flood"
    ].

pass("fan-in", [Senders, Messages]) ->
    Parent = self(),
    To = spawn(fun() -> adder(Parent, Senders * Messages, 0) end),
    [spawn(fun() -> send_numbers(To, 1, Messages) end) || _ <- lists:seq(1, Senders)],
    {Senders * Messages, bench:sum_numbers(1)};
pass("fan-out", [Receivers, Messages]) ->
    Parent = self(),
    All = [spawn(fun() -> adder(Parent, Messages, 0) end) || _ <- lists:seq(1, Receivers)],
    send_to_all(All, 1, Messages),
    {Receivers * Messages, bench:sum_numbers(Receivers)};
pass("big", [Processes]) ->
    Parent = self(),
    All = [spawn(fun() -> member(Parent, Id) end) || Id <- lists:seq(1, Processes)],
    [Pid ! {all, All} || Pid <- All],
    Sum = bench:sum_numbers(Processes),
    [exit(Pid, kill) || Pid <- All],
    {Processes * (Processes - 1), Sum};
pass("chameneos", [Creatures, Meetings]) ->
    Parent = self(),
    Place = spawn(fun() -> broker(Creatures, Meetings) end),
    [spawn(fun() -> creature(Parent, Place, I rem 3, 0) end) || I <- lists:seq(0, Creatures - 1)],
    {Meetings, bench:sum_numbers(Creatures)};
pass("registered-send", [Messages]) ->
    Pid = spawn(fun() -> counter(0) end),
    register(counter, Pid),
    send_numbers(counter, 1, Messages),
    unregister(counter),
    Pid ! {get, self()},
    {Messages, bench:sum_numbers(1)};
pass("selective-receive-scan", [Old, Questions]) ->
    pass_over(Old, Questions, fun ask/2);
pass("selective-receive-ref", [Old, Questions]) ->
    pass_over(Old, Questions, fun ask_with_ref/2);
pass("copy-" ++ _ = Program, [Bytes, Messages]) ->
    copies(term(Program, Bytes), fun weigh/1, Messages);
pass("cross-order-flood", [Orders]) ->
    Parent = self(),
    To = spawn_opt(fun() -> cashier(Parent, Orders, 0) end, [{scheduler, 2}]),
    spawn_opt(fun() -> [To ! order(Id) || Id <- lists:seq(1, Orders)] end, [{scheduler, 1}]),
    {Orders, bench:sum_numbers(1)}.

%% fan-in, fan-out, registered-send

send_numbers(_To, N, Last) when N > Last ->
    ok;
send_numbers(To, N, Last) ->
    To ! {add, N},
    send_numbers(To, N + 1, Last).

send_to_all(_All, N, Last) when N > Last ->
    ok;
send_to_all(All, N, Last) ->
    [To ! {add, N} || To <- All],
    send_to_all(All, N + 1, Last).

adder(Parent, 0, Total) ->
    Parent ! Total;
adder(Parent, Left, Total) ->
    receive
        {add, N} -> adder(Parent, Left - 1, Total + N)
    end.

counter(Total) ->
    receive
        {add, N} -> counter(Total + N);
        {get, From} -> From ! Total
    end.

%% big: each asks all the others, answers all of them, and tells what the answers add up to

member(Parent, Id) ->
    receive
        {all, All} ->
            [Other ! {ping, self()} || Other <- All, Other =/= self()],
            member(Parent, Id, length(All) - 1, 0)
    end.

member(Parent, Id, Missing, Sum) ->
    receive
        {ping, From} ->
            From ! {pong, Id},
            member(Parent, Id, Missing, Sum);
        {pong, Other} when Missing =:= 1 ->
            Parent ! Sum + Other,
            member(Parent, Id, 0, 0);
        {pong, Other} ->
            member(Parent, Id, Missing - 1, Sum + Other)
    end.

%% chameneos

broker(0, 0) ->
    ok;
broker(Creatures, 0) ->
    receive
        {Pid, _Colour} -> Pid ! stop
    end,
    broker(Creatures - 1, 0);
broker(Creatures, Meetings) ->
    receive
        {One, Colour} -> ok
    end,
    receive
        {Other, OtherColour} -> ok
    end,
    One ! OtherColour,
    Other ! Colour,
    broker(Creatures, Meetings - 1).

creature(Parent, Place, Colour, Met) ->
    Place ! {self(), Colour},
    receive
        stop -> Parent ! Met;
        Colour -> creature(Parent, Place, Colour, Met + 1);
        Other -> creature(Parent, Place, 3 - Colour - Other, Met + 1)
    end.

%% selective-receive-scan and selective-receive-ref: older messages wait meanwhile, and are counted in the end

pass_over(Old, Questions, Ask) ->
    [self() ! {old, N} || N <- lists:seq(0, Old - 1)],
    Echo = spawn(fun echo/0),
    Sum = lists:sum([Ask(Echo, N) || N <- lists:seq(1, Questions)]),
    Rest = lists:sum([receive {old, N} -> N end || _ <- lists:seq(1, Old)]),
    exit(Echo, kill),
    {Questions, Sum + Rest}.

echo() ->
    receive
        {From, Key, N} ->
            From ! {answer, Key, N},
            echo()
    end.

ask(Echo, N) ->
    Echo ! {self(), any, N},
    receive
        {answer, _, N} -> N
    end.

ask_with_ref(Echo, N) ->
    Ref = make_ref(),
    Echo ! {self(), Ref, N},
    receive
        {answer, Ref, Answer} -> Answer
    end.

%% copy-flat, copy-nested, copy-binary: one term again and again, each time when the last copy was weighed

term("copy-flat", Bytes) -> lists:seq(1, max(1, Bytes bsr 3));
term("copy-nested", Bytes) -> tree(1, max(2, Bytes bsr 3));
term("copy-binary", Bytes) -> binary:copy(<<7>>, Bytes).

%% The clock does not see whether all of a term arrives: the scales look at its ends.
check_copy(Program, Bytes) ->
    Term = term(Program, Bytes),
    Total = total(Term),
    {1, Total} = copies(Term, fun total/1, 1).

total(Number) when is_integer(Number) -> Number;
total({Left, Right}) -> total(Left) + total(Right);
total(Bytes) when is_binary(Bytes) -> lists:sum(binary_to_list(Bytes));
total(Numbers) -> lists:sum(Numbers).

%% The first of a list alone: its length and its last element take a walk.
weigh([First | _]) -> First;
weigh(Bytes) when is_binary(Bytes) -> byte_size(Bytes) + binary:first(Bytes) + binary:last(Bytes);
weigh(Tree) -> leftmost(Tree) + rightmost(Tree).

copies(Term, Weigh, Messages) ->
    Parent = self(),
    To = spawn(fun() -> scales(Parent, Weigh) end),
    Sum = send_copies(To, Term, Messages, 0),
    exit(To, kill),
    {Messages, Sum}.

scales(Parent, Weigh) ->
    receive
        Term -> Parent ! Weigh(Term)
    end,
    scales(Parent, Weigh).

send_copies(_To, _Term, 0, Sum) ->
    Sum;
send_copies(To, Term, Left, Sum) ->
    To ! Term,
    receive
        Weight -> send_copies(To, Term, Left - 1, Sum + Weight)
    end.

tree(Leaf, Leaf) ->
    Leaf;
tree(First, Last) ->
    Middle = (First + Last) bsr 1,
    {tree(First, Middle), tree(Middle + 1, Last)}.

leftmost({Left, _}) -> leftmost(Left);
leftmost(Leaf) -> Leaf.

rightmost({_, Right}) -> rightmost(Right);
rightmost(Leaf) -> Leaf.

%% cross-order-flood: the two processes stay on the first two schedulers

order(Id) ->
    #{
        id => Id,
        customer => #{name => <<"Ada Lovelace">>, city => <<"London">>, points => Id rem 100},
        lines => [
            #{sku => <<"A-1000">>, quantity => 2, price => 1250},
            #{sku => <<"B-2000">>, quantity => 1, price => Id rem 1000}
        ],
        currency => <<"EUR">>,
        total => 2500 + Id rem 1000,
        paid => true,
        placed_at => 1700000000 + Id,
        note => <<"leave it at the door">>
    }.

cashier(Parent, 0, Sum) ->
    Parent ! Sum;
cashier(Parent, Left, Sum) ->
    receive
        #{customer := #{points := Points}, lines := [_, #{price := Price}], total := Total} ->
            cashier(Parent, Left - 1, Sum + Total + Points + Price)
    end.
