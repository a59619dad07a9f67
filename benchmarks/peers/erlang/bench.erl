%% The benchmark programs as an Erlang programmer would write them. Workload sizes come from the harness, the same for every system;
%% each program is described in src/workloads.ts.
%%
%%   erl -noinput -run bench main PROGRAM WARMUPS REPEATS SIZE...
%%
%% prints one line: {"program":...,"ops":...,"ns":...,"checksum":...}
-module(bench).
-export([main/1, run/4]).
%% For the modules with further programs.
-export([sum_numbers/1, start_idle/3, dismiss/1]).
%% Of the servers and the supervisor of the programs that use OTP.
-export([init/1, handle_call/3, handle_cast/2, start_cell/2]).

-define(MODULUS, 1000000007).
-define(MODULES, [bench_messages, bench_processes, bench_computing, bench_classics]).

main([Program, Warmups, Repeats | Sizes]) ->
    run(Program, list_to_integer(Warmups), list_to_integer(Repeats), [list_to_integer(S) || S <- Sizes]),
    halt(0).

run("idle-process-bytes", _Warmups, _Repeats, [Count, Window]) ->
    processes(Count, Window);
run("restart-storm-latency", Warmups, Repeats, [Children, Calls]) ->
    restart_storm_latency(Warmups, Repeats, Children, Calls);
run("busy-call-latency" = Program, Warmups, Repeats, [Calls]) ->
    measure_busy(Program, Warmups, Repeats, Calls, fun busy_call/2);
run("timer-latency" = Program, Warmups, Repeats, [Sleeps]) ->
    measure_busy(Program, Warmups, Repeats, Sleeps, fun sleep_often/2);
run("mixed-load-latency" = Program, Warmups, Repeats, [Calls]) ->
    measure_busy(Program, Warmups, Repeats, Calls, fun busy_call/2, [fun compute/0, fun() -> allocate(0, #{}) end], p999);
run("large-message-latency", Warmups, Repeats, [Elements, Bytes]) ->
    large_messages(Warmups, Repeats, Elements, Bytes);
run(Program, Warmups, Repeats, Sizes) ->
    [pass(Program, Sizes) || _ <- lists:seq(1, Warmups)],
    Start = erlang:monotonic_time(nanosecond),
    {Ops, Checksum} = repeat(Program, Sizes, Repeats, 0, 0),
    Ns = erlang:monotonic_time(nanosecond) - Start,
    io:format("{\"program\":\"~s\",\"ops\":~b,\"ns\":~b,\"checksum\":~b}~n", [Program, Ops, Ns, Checksum]).

repeat(_Program, _Sizes, 0, Ops, Checksum) ->
    {Ops, Checksum};
repeat(Program, Sizes, Left, Ops, Checksum) ->
    {O, C} = pass(Program, Sizes),
    repeat(Program, Sizes, Left - 1, Ops + O, (Checksum + C) rem ?MODULUS).

pass("ping-pong", [RoundTrips]) ->
    Pong = spawn(fun pong/0),
    Last = ping(Pong, RoundTrips, 0),
    exit(Pong, kill),
    {RoundTrips, Last};
pass("ring", [Size, Hops]) ->
    ring(Size, Hops);
pass("counting", [Messages]) ->
    counting(Messages);
pass("spawn-parallel", [Count, Batch]) ->
    spawn_batches(Count, Batch, 0, 0);
pass("cross-flood", [Messages]) ->
    cross_flood(Messages);
pass("cross-ping-pong", [RoundTrips]) ->
    cross_ping_pong(RoundTrips);
pass("fork-join-fib", [Jobs, N]) ->
    fork_join(Jobs, N);
pass("server-call-small", [Calls]) ->
    server_call(Calls);
pass("restart-storm-rate", [Children]) ->
    restart_storm(Children);
pass(Program, Sizes) ->
    [Module] = [Module || Module <- ?MODULES, lists:member(Program, Module:programs())],
    Module:pass(Program, Sizes).

%% ping-pong

pong() ->
    receive
        {From, N} ->
            From ! N + 1,
            pong()
    end.

ping(_Pong, 0, N) ->
    N;
ping(Pong, Left, N) ->
    Pong ! {self(), N},
    receive
        M -> ping(Pong, Left - 1, M)
    end.

%% ring

ring(Size, Hops) ->
    Parent = self(),
    [First | Rest] = Nodes = [spawn(fun() -> ring_member(Parent, Id) end) || Id <- lists:seq(0, Size - 1)],
    lists:foreach(fun({Node, Next}) -> Node ! Next end, lists:zip(Nodes, Rest ++ [First])),
    First ! Hops,
    receive
        LastId ->
            [exit(Node, kill) || Node <- Nodes],
            {Hops, LastId}
    end.

ring_member(Parent, Id) ->
    receive
        Next -> ring_member(Parent, Id, Next)
    end.

ring_member(Parent, Id, Next) ->
    receive
        0 ->
            Parent ! Id;
        Hops ->
            Next ! Hops - 1,
            ring_member(Parent, Id, Next)
    end.

%% counting

counting(Messages) ->
    Counter = spawn(fun() -> counter(0, 0) end),
    send_numbers(Counter, 1, Messages),
    Counter ! {get, self()},
    receive
        {Count, Total} -> {Count, Total rem ?MODULUS}
    end.

send_numbers(_To, N, Last) when N > Last ->
    ok;
send_numbers(To, N, Last) ->
    To ! {add, N},
    send_numbers(To, N + 1, Last).

counter(Count, Total) ->
    receive
        {add, N} -> counter(Count + 1, Total + N);
        {get, From} -> From ! {Count, Total}
    end.

%% spawn

spawn_batches(0, _Batch, Ops, Checksum) ->
    {Ops, Checksum};
spawn_batches(Left, Batch, Ops, Checksum) ->
    Parent = self(),
    [spawn(fun() -> Parent ! N end) || N <- lists:seq(1, Batch)],
    spawn_batches(Left - Batch, Batch, Ops + Batch, (Checksum + sum_numbers(Batch, 0)) rem ?MODULUS).

%% Receives that many numbers and returns their sum.
sum_numbers(Count) ->
    sum_numbers(Count, 0).

sum_numbers(0, Sum) ->
    Sum;
sum_numbers(Left, Sum) ->
    receive
        N -> sum_numbers(Left - 1, Sum + N)
    end.

%% cross-flood and cross-ping-pong: the two processes stay on the first two schedulers

on_scheduler(Scheduler, Fun) ->
    spawn_opt(Fun, [{scheduler, Scheduler}]).

cross_flood(Messages) ->
    Parent = self(),
    Counter = on_scheduler(2, fun() -> counter(0, 0) end),
    on_scheduler(1, fun() ->
        send_numbers(Counter, 1, Messages),
        Counter ! {get, Parent}
    end),
    receive
        {Count, Total} -> {Count, Total rem ?MODULUS}
    end.

cross_ping_pong(RoundTrips) ->
    Parent = self(),
    Pong = on_scheduler(2, fun pong/0),
    on_scheduler(1, fun() -> Parent ! ping(Pong, RoundTrips, 0) end),
    receive
        Last ->
            exit(Pong, kill),
            {RoundTrips, Last}
    end.

%% fork-join

fork_join(Jobs, N) ->
    Parent = self(),
    [spawn(fun() -> Parent ! {done, fib(N)} end) || _ <- lists:seq(1, Jobs)],
    {Jobs, join(Jobs, 0)}.

join(0, Sum) ->
    Sum rem ?MODULUS;
join(Left, Sum) ->
    receive
        {done, Value} -> join(Left - 1, Sum + Value)
    end.

fib(N) when N < 2 -> N;
fib(N) -> fib(N - 1) + fib(N - 2).

%% processes

processes(Count, Window) ->
    %% Whatever is loaded or allocated at first use is not the processes'.
    dismiss(start_idle(Window, Window, [])),
    Memory0 = erlang:memory(total),
    Resident0 = resident(),
    Start = erlang:monotonic_time(nanosecond),
    Pids = start_idle(Count, Window, []),
    Ns = erlang:monotonic_time(nanosecond) - Start,
    Memory = erlang:memory(total) - Memory0,
    Resident = resident() - Resident0,
    Checksum = dismiss(Pids),
    io:format(
        "{\"program\":\"idle-process-bytes\",\"ops\":~b,\"ns\":~b,\"checksum\":~b,\"bytes\":~b,\"detail\":{\"rss\":~b}}~n",
        [Count, Ns, Checksum, round(Memory / Count), round(Resident / Count)]
    ).

start_idle(Left, _Window, Pids) when Left =< 0 ->
    Pids;
start_idle(Left, Window, Pids) ->
    Parent = self(),
    Last = length_limit(Left, Window),
    Started = [spawn(fun() -> idle(Parent, Left - N + 1) end) || N <- lists:seq(1, Last)],
    _ = sum_numbers(Last, 0),
    start_idle(Left - Last, Window, lists:reverse(Started, Pids)).

length_limit(Left, Window) when Left < Window -> Left;
length_limit(_Left, Window) -> Window.

idle(Parent, Id) ->
    Parent ! Id,
    receive
        {ask, From} -> From ! Id
    end.

dismiss(Pids) ->
    [Pid ! {ask, self()} || Pid <- Pids],
    sum_numbers(length(Pids), 0) rem ?MODULUS.

%% Resident memory of the whole emulator in bytes, 0 where there is no /proc.
resident() ->
    case file:read_file("/proc/self/statm") of
        {ok, Text} ->
            [_Size, Pages | _] = string:lexemes(Text, " "),
            binary_to_integer(Pages) * 4096;
        _ ->
            0
    end.

%% server-call

server_call(Calls) ->
    {ok, Adder} = gen_server:start_link(?MODULE, adder, []),
    Last = call_adder(Adder, Calls, 0),
    gen_server:stop(Adder),
    {Calls, Last}.

call_adder(_Adder, 0, Last) ->
    Last;
call_adder(Adder, Left, _Last) ->
    call_adder(Adder, Left - 1, gen_server:call(Adder, {add, 1})).

%% restart-storm

restart_storm(Children) ->
    {Cells, Pids} = start_cells(Children),
    [exit(Pid, kill) || Pid <- Pids],
    Checksum = sum_starts(Children, 0),
    gen_server:stop(Cells),
    {Children, Checksum}.

%% Starts that many cells under one supervisor; returns when all have started. Nothing is logged from now on.
start_cells(Count) ->
    ok = logger:set_primary_config(level, none),
    {ok, Cells} = supervisor:start_link(?MODULE, {cells, self()}),
    Pids = [start_child(Cells, Id) || Id <- lists:seq(1, Count)],
    _ = sum_starts(Count, 0),
    {Cells, Pids}.

start_child(Cells, Id) ->
    {ok, Pid} = supervisor:start_child(Cells, [Id]),
    Pid.

start_cell(Observer, Id) ->
    gen_server:start_link({local, cell_name(Id)}, ?MODULE, {cell, Observer, Id}, []).

cell_name(Id) ->
    list_to_atom("cell " ++ integer_to_list(Id)).

sum_starts(0, Sum) ->
    Sum;
sum_starts(Left, Sum) ->
    receive
        {started, Id} -> sum_starts(Left - 1, Sum + Id)
    end.

init({cells, Observer}) ->
    Flags = #{strategy => simple_one_for_one, intensity => 1000000000, period => 5},
    {ok, {Flags, [#{id => cell, start => {?MODULE, start_cell, [Observer]}}]}};
init({cell, Observer, Id}) ->
    Observer ! {started, Id},
    {ok, {cell, Id}};
init(adder) ->
    {ok, {adder, 0}}.

handle_call({add, N}, _From, {cell, Id} = State) ->
    {reply, Id + N, State};
handle_call({add, N}, _From, {adder, Total}) ->
    {reply, Total + N, {adder, Total + N}}.

handle_cast(_Message, State) ->
    {noreply, State}.

%% restart-storm-latency

restart_storm_latency(Warmups, Repeats, Children, Calls) ->
    [storm_with_calls(Children, Calls) || _ <- lists:seq(1, Warmups)],
    Start = erlang:monotonic_time(nanosecond),
    Passes = [storm_with_calls(Children, Calls) || _ <- lists:seq(1, Repeats)],
    Ns = erlang:monotonic_time(nanosecond) - Start,
    Checksum = lists:sum([Sum || {_, Sum} <- Passes]) rem ?MODULUS,
    print_latencies("restart-storm-latency", Repeats * Calls, Ns, Checksum, lists:append([Took || {Took, _} <- Passes])).

storm_with_calls(Children, Calls) ->
    {Cells, Pids} = start_cells(Children),
    Parent = self(),
    on_scheduler(1, fun() -> call_all(Parent, Children, Calls) end),
    receive
        calling -> [exit(Pid, kill) || Pid <- Pids]
    end,
    receive
        {called, Took, Sum} ->
            Starts = sum_starts(Children, 0),
            gen_server:stop(Cells),
            {Took, Sum + Starts}
    end.

%% Calls the cells in turn, each until it answers; tells how long each answer took, in nanoseconds, and what the answers add up to.
call_all(Parent, Children, Calls) ->
    {Took, Sum} = lists:foldl(
        fun(I, {Took, Sum}) ->
            Asked = erlang:monotonic_time(nanosecond),
            Answer = answer_of(cell_name(1 + I rem Children)),
            Time = erlang:monotonic_time(nanosecond) - Asked,
            [Parent ! calling || I =:= 0],
            {[Time | Took], Sum + Answer}
        end,
        {[], 0},
        lists:seq(0, Calls - 1)
    ),
    Parent ! {called, Took, Sum}.

answer_of(Name) ->
    try
        gen_server:call(Name, {add, 1})
    catch
        exit:_ ->
            receive
            after 1 -> answer_of(Name)
            end
    end.

%% busy-call-latency and timer-latency: while a process computes on every scheduler

busy_call(Parent, Times) ->
    {ok, Adder} = gen_server:start_link(?MODULE, adder, [
        {spawn_opt, [{scheduler, erlang:system_info(schedulers)}]}
    ]),
    {Took, Last} = call_often(Adder, Times, [], 0),
    gen_server:stop(Adder),
    Parent ! {took, Took, Last}.

call_often(_Adder, 0, Took, Last) ->
    {Took, Last};
call_often(Adder, Left, Took, _Last) ->
    Asked = erlang:monotonic_time(nanosecond),
    Last = gen_server:call(Adder, {add, 1}),
    Time = erlang:monotonic_time(nanosecond) - Asked,
    call_often(Adder, Left - 1, [Time | Took], Last).

sleep_often(Parent, Times) ->
    Parent ! {took, [late() || _ <- lists:seq(1, Times)], Times}.

%% By how many nanoseconds a sleep of a millisecond was longer.
late() ->
    Asked = erlang:monotonic_time(nanosecond),
    timer:sleep(1),
    erlang:monotonic_time(nanosecond) - Asked - 1000000.

measure_busy(Program, Warmups, Repeats, Times, Worker) ->
    measure_busy(Program, Warmups, Repeats, Times, Worker, [fun compute/0], p99).

measure_busy(Program, Warmups, Repeats, Times, Worker, Load, Figure) ->
    Schedulers = lists:seq(1, erlang:system_info(schedulers)),
    Busy = [on_scheduler(Scheduler, Each) || Scheduler <- Schedulers, Each <- Load],
    [work_once(Worker, Times) || _ <- lists:seq(1, Warmups)],
    Start = erlang:monotonic_time(nanosecond),
    Passes = [work_once(Worker, Times) || _ <- lists:seq(1, Repeats)],
    Ns = erlang:monotonic_time(nanosecond) - Start,
    [exit(Pid, kill) || Pid <- Busy],
    Checksum = lists:sum([Sum || {_, Sum} <- Passes]),
    print_latencies(Program, Repeats * Times, Ns, Checksum, lists:append([Took || {Took, _} <- Passes]), Figure).

work_once(Worker, Times) ->
    Parent = self(),
    on_scheduler(1, fun() -> Worker(Parent, Times) end),
    receive
        {took, Took, Sum} -> {Took, Sum}
    end.

compute() ->
    _ = fib(20),
    compute().

%% Makes maps, of which it keeps the last thousand.
allocate(Id, Kept) ->
    Text = integer_to_binary(Id),
    Entry = #{id => Id, name => <<"entry ", Text/binary>>, tags => [<<"a", Text/binary>>, <<"b", Text/binary>>]},
    allocate(Id + 1, Kept#{Id rem 1000 => Entry}).

%% large-message-latency

large_messages(Warmups, Repeats, Elements, Bytes) ->
    Parent = self(),
    Last = erlang:system_info(schedulers),
    Tickers = [on_scheduler(N, fun() -> tick(0, now_ns()) end) || N <- lists:seq(1, Last)],
    To = on_scheduler(Last, fun() -> weigh(Parent) end),
    From = on_scheduler(1, fun() ->
        Terms = [lists:seq(0, Elements - 1), binary:copy(<<1>>, Bytes)],
        Parent ! ready,
        deliver(Parent, To, Terms)
    end),
    receive
        ready -> ok
    end,
    [large_pass(Tickers, From) || _ <- lists:seq(1, Warmups)],
    Start = now_ns(),
    Passes = [large_pass(Tickers, From) || _ <- lists:seq(1, Repeats)],
    Ns = now_ns() - Start,
    [exit(Pid, kill) || Pid <- Tickers],
    Checksum = lists:sum([Weight || {Weight, _, _} <- Passes]) rem ?MODULUS,
    Ratio = lists:max([Pause / max(1, Copy) || {_, Pause, Copy} <- Passes]),
    CopyMs = lists:max([Copy || {_, _, Copy} <- Passes]) / 1000000,
    io:format(
        "{\"program\":\"large-message-latency\",\"ops\":~b,\"ns\":~b,\"checksum\":~b,\"ratio\":~.3f,\"detail\":{\"copyMs\":~.3f}}~n",
        [2 * Repeats, Ns, Checksum, Ratio, CopyMs]
    ).

large_pass(Tickers, From) ->
    _ = longest_pause(Tickers),
    From ! go,
    Weight = lists:sum([receive {weight, W} -> From ! weighed, W end || _ <- [array, buffer]]),
    receive
        {copy, Copy} -> {Weight, longest_pause(Tickers), Copy}
    end.

longest_pause(Tickers) ->
    lists:max([begin Pid ! self(), receive {pause, Pause} -> Pause end end || Pid <- Tickers]).

%% Notes the longest time between two of its turns, in nanoseconds; tells it when it is asked, and begins anew.
tick(Longest, Before) ->
    Now = now_ns(),
    Pause = max(Longest, Now - Before),
    receive
        Asked ->
            Asked ! {pause, Pause},
            erlang:yield(),
            tick(0, Now)
    after 0 ->
        erlang:yield(),
        tick(Pause, Now)
    end.

weigh(Parent) ->
    receive
        Bytes when is_binary(Bytes) -> Parent ! {weight, byte_size(Bytes) + binary:first(Bytes) + binary:last(Bytes)};
        Numbers -> Parent ! {weight, length(Numbers) + hd(Numbers) + lists:last(Numbers)}
    end,
    weigh(Parent).

%% Sends the terms in turn, each when the one before was weighed, and tells how long the longest send took.
deliver(Parent, To, Terms) ->
    receive
        go -> ok
    end,
    Copies = [send_one(To, Term) || Term <- Terms],
    Parent ! {copy, lists:max(Copies)},
    deliver(Parent, To, Terms).

send_one(To, Term) ->
    Start = now_ns(),
    To ! Term,
    Copy = now_ns() - Start,
    receive
        weighed -> Copy
    end.

now_ns() ->
    erlang:monotonic_time(nanosecond).

print_latencies(Program, Ops, Ns, Checksum, Took) ->
    print_latencies(Program, Ops, Ns, Checksum, Took, p99).

%% The times are in nanoseconds; the figure is the 99th or the 99.9th percentile in microseconds.
print_latencies(Program, Ops, Ns, Checksum, Took, Figure) ->
    Sorted = lists:sort(Took),
    [P50, P99, P999, Max] = [percentile(Sorted, Share) || Share <- [0.5, 0.99, 0.999, 1]],
    Micros =
        case Figure of
            p99 -> P99;
            p999 -> P999
        end,
    io:format(
        "{\"program\":\"~s\",\"ops\":~b,\"ns\":~b,\"checksum\":~b,\"micros\":~b,"
        "\"detail\":{\"p50\":~b,\"p99\":~b,\"p999\":~b,\"max\":~b}}~n",
        [Program, Ops, Ns, Checksum, Micros, P50, P99, P999, Max]
    ).

%% In microseconds, the value below which so great a share of them lies.
percentile(Sorted, Share) ->
    Count = length(Sorted),
    round(lists:nth(min(Count, 1 + floor(Count * Share)), Sorted) / 1000).
