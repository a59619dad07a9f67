%% How long something takes while other things go on: programs whose figure is a time.
-module(bench_latencies).
-export([programs/0, run/4]).
-import(bench, [on_scheduler/2, fib/1, start_cells/1, cell_name/1, sum_starts/2]).

-define(MODULUS, 1000000007).

programs() ->
    ["restart-storm-latency", "busy-call-latency", "timer-latency", "mixed-load-latency", "large-message-latency"].

run("restart-storm-latency", Warmups, Repeats, [Children, Calls]) ->
    restart_storm_latency(Warmups, Repeats, Children, Calls);
run("busy-call-latency" = Program, Warmups, Repeats, [Calls]) ->
    measure_busy(Program, Warmups, Repeats, Calls, fun busy_call/2);
run("timer-latency" = Program, Warmups, Repeats, [Sleeps]) ->
    measure_busy(Program, Warmups, Repeats, Sleeps, fun sleep_often/2);
run("mixed-load-latency" = Program, Warmups, Repeats, [Calls]) ->
    measure_busy(Program, Warmups, Repeats, Calls, fun busy_call/2, [fun compute/0, fun() -> allocate(0, #{}) end], p999);
run("large-message-latency", Warmups, Repeats, [Elements, Bytes]) ->
    large_messages(Warmups, Repeats, Elements, Bytes).

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
    {ok, Adder} = gen_server:start_link(bench, adder, [
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
    Micros = round(lists:max([Pause || {_, Pause, _} <- Passes]) / 1000),
    Send = round(lists:max([Sent || {_, _, Sent} <- Passes]) / 1000),
    io:format(
        "{\"program\":\"large-message-latency\",\"ops\":~b,\"ns\":~b,\"checksum\":~b,\"micros\":~b,\"detail\":{\"send\":~b}}~n",
        [2 * Repeats, Ns, Checksum, Micros, Send]
    ).

large_pass(Tickers, From) ->
    _ = longest_pause(Tickers),
    From ! go,
    Weight = lists:sum([receive {weight, W} -> From ! weighed, W end || _ <- [array, buffer]]),
    receive
        {sent, Sent} -> {Weight, longest_pause(Tickers), Sent}
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
    Times = [send_one(To, Term) || Term <- Terms],
    Parent ! {sent, lists:max(Times)},
    deliver(Parent, To, Terms).

send_one(To, Term) ->
    Start = now_ns(),
    To ! Term,
    Time = now_ns() - Start,
    receive
        weighed -> Time
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
