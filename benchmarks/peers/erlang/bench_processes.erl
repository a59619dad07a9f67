%% Starting and ending processes, and calls of servers.
-module(bench_processes).
-behaviour(gen_server).
-export([programs/0, pass/2]).
-export([init/1, handle_call/3, handle_cast/2]).

programs() ->
    [
        "spawn-sequential", "million-processes", "link-storm", "monitor-storm", "exit-storm", "server-call-10kb",
        "server-call-concurrent", "timer-set-cancel", "timer-fire"
    ].

pass("spawn-sequential", [Processes]) ->
    {Processes, spawn_each(1, Processes, 0)};
pass("million-processes", [Processes, Window]) ->
    {Processes, bench:dismiss(bench:start_idle(Processes, Window, []))};
pass("link-storm", [Processes]) ->
    process_flag(trap_exit, true),
    Pids = [spawn_link(fun wait/0) || _ <- lists:seq(1, Processes)],
    [exit(Pid, kill) || Pid <- Pids],
    Killed = [receive {'EXIT', _From, Reason} -> Reason end || _ <- Pids],
    {Processes, length([killed || killed <- Killed])};
pass("monitor-storm", [Processes]) ->
    Parent = self(),
    Watched = spawn(fun wait/0),
    [spawn(fun() -> watch(Parent, Watched, Id) end) || Id <- lists:seq(1, Processes)],
    0 = bench:sum_numbers(Processes),
    exit(Watched, kill),
    {Processes, bench:sum_numbers(Processes)};
pass("exit-storm", [Processes]) ->
    process_flag(trap_exit, true),
    Parent = self(),
    First = spawn_link(fun() -> member(Parent, Processes - 1) end),
    receive
        {last, Last} -> Last ! over
    end,
    receive
        {'EXIT', First, over} -> {Processes, Processes}
    end;
pass("server-call-10kb", [Calls]) ->
    {ok, Stock} = gen_server:start_link(?MODULE, 0, []),
    Items = items(),
    [gen_server:call(Stock, {put, Items}) || _ <- lists:seq(2, Calls)],
    Last = gen_server:call(Stock, {put, Items}),
    gen_server:stop(Stock),
    {Calls, Last};
pass("server-call-concurrent", [Clients, Calls]) ->
    {ok, Adder} = gen_server:start_link(?MODULE, 0, []),
    Parent = self(),
    [spawn(fun() -> client(Parent, Adder, Calls, Calls) end) || _ <- lists:seq(1, Clients)],
    Ops = bench:sum_numbers(Clients),
    Total = gen_server:call(Adder, {add, 0}),
    gen_server:stop(Adder),
    {Ops, Total};
pass("timer-set-cancel", [Timers]) ->
    Set = [erlang:send_after(60000 + I rem 1000, self(), I) || I <- lists:seq(0, Timers - 1)],
    {Timers, length([cancelled || Timer <- Set, erlang:cancel_timer(Timer) =/= false])};
pass("timer-fire", [Timers, WithinMs]) ->
    [erlang:send_after(1 + I rem WithinMs, self(), I) || I <- lists:seq(1, Timers)],
    {Timers, bench:sum_numbers(Timers)}.

wait() ->
    receive
        stop -> ok
    end.

spawn_each(N, Last, Sum) when N > Last ->
    Sum;
spawn_each(N, Last, Sum) ->
    Parent = self(),
    spawn(fun() -> Parent ! N end),
    receive
        Number -> spawn_each(N + 1, Last, Sum + Number)
    end.

%% monitor-storm: says that it watches, and tells its parent when the other is down

watch(Parent, Watched, Id) ->
    Ref = monitor(process, Watched),
    Parent ! 0,
    receive
        {'DOWN', Ref, process, Watched, killed} -> Parent ! Id
    end.

%% exit-storm: a chain of links, of which the last exits

member(Parent, 0) ->
    Parent ! {last, self()},
    receive
        Reason -> exit(Reason)
    end;
member(Parent, Left) ->
    spawn_link(fun() -> member(Parent, Left - 1) end),
    wait().

%% server-call-10kb: a hundred items of about a hundred bytes

items() ->
    Name = binary:part(<<"a name that has some eighty characters, as the names of many things have that are sold">>, 0, 80),
    [#{id => Id, name => binary:copy(Name), quantity => Id + 1} || Id <- lists:seq(0, 99)].

client(Parent, _Adder, Calls, 0) ->
    Parent ! Calls;
client(Parent, Adder, Calls, Left) ->
    gen_server:call(Adder, {add, 1}),
    client(Parent, Adder, Calls, Left - 1).

init(Total) ->
    {ok, Total}.

handle_call({put, Items}, _From, Total) ->
    Sum = lists:foldl(fun(#{quantity := Quantity}, Acc) -> Acc + Quantity end, Total, Items),
    {reply, Sum, Sum};
handle_call({add, N}, _From, Total) ->
    {reply, Total + N, Total + N}.

handle_cast(_Message, Total) ->
    {noreply, Total}.
