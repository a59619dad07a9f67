%% The benchmark programs as an Erlang programmer would write them. Workload sizes come from the harness, the same for every system;
%% each program is described in src/workloads.
%%
%%   erl -noinput -run bench main PROGRAM WARMUPS REPEATS SIZE...
%%
%% prints one line: {"program":...,"ops":...,"ns":...,"checksum":...}
-module(bench).
-export([main/1, run/4]).
%% For the modules with further programs.
-export([sum_numbers/1, start_idle/3, dismiss/1, on_scheduler/2, fib/1, start_cells/1, cell_name/1, sum_starts/2]).
%% Of the servers and the supervisor of the programs that use OTP.
-export([init/1, handle_call/3, handle_cast/2, start_cell/2]).

-define(MODULUS, 1000000007).
-define(MODULES, [bench_messages, bench_processes, bench_computing, bench_classics]).

%% The program has a process of its own: the one that calls main traps exits.
main([Program | Numbers]) ->
    [Warmups, Repeats | Sizes] = [list_to_integer(Number) || Number <- Numbers],
    {_, Ref} = spawn_monitor(fun() -> run(Program, Warmups, Repeats, Sizes) end),
    receive
        {'DOWN', Ref, process, _, normal} ->
            halt(0);
        {'DOWN', Ref, process, _, Reason} ->
            io:format(standard_error, "~p~n", [Reason]),
            halt(1)
    end.

run("idle-process-bytes", _Warmups, _Repeats, [Count, Window]) ->
    processes(Count, Window);
run(Program, Warmups, Repeats, Sizes) ->
    case lists:member(Program, bench_latencies:programs()) of
        true -> bench_latencies:run(Program, Warmups, Repeats, Sizes);
        false -> measure(Program, Warmups, Repeats, Sizes)
    end.

measure(Program, Warmups, Repeats, Sizes) ->
    case {Program, Sizes} of
        {"copy-" ++ _, [Bytes | _]} -> bench_messages:check_copy(Program, Bytes);
        _ -> ok
    end,
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
