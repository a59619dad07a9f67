%% Runs state machines whose callbacks return random actions, and prints which events they handled. Everything random comes from a
%% generator that the machine's data holds, so the same seed is the same machine in any language.
-module(random_statem).
-behaviour(gen_statem).
-export([main/0]).
-export([callback_mode/0, init/1, handle_event/4]).

-define(MACHINES, 100).
-define(CASTS, 6).
-define(STEPS, 40).

main() ->
    Machines = lists:join(",", [machine(Seed) || Seed <- lists:seq(1, ?MACHINES)]),
    io:format("{\"otp\":\"~s\",\"casts\":~b,\"steps\":~b,\"machines\":[~s]}~n", [
        erlang:system_info(otp_release), ?CASTS, ?STEPS, Machines
    ]),
    halt().

machine(Seed) ->
    {ok, Pid} = gen_statem:start(?MODULE, {Seed, self()}, []),
    %% All casts are in the mailbox before the first is handled.
    sys:suspend(Pid),
    [gen_statem:cast(Pid, Cast) || Cast <- lists:seq(1, ?CASTS)],
    sys:resume(Pid),
    {State, {Random, _, _}} = sys:get_state(Pid),
    exit(Pid, kill),
    io_lib:format("{\"seed\":~b,\"state\":~b,\"random\":~b,\"events\":\"~s\"}", [
        Seed, State, Random, lists:join(" ", handled())
    ]).

handled() ->
    receive
        {handled, State, Type, Content} -> [io_lib:format("~b~c~b", [State, letter(Type), Content]) | handled()]
    after 0 -> []
    end.

letter(enter) -> $e;
letter(cast) -> $c;
letter(internal) -> $i;
letter(timeout) -> $t;
letter(state_timeout) -> $s;
letter({timeout, 0}) -> $x;
letter({timeout, 1}) -> $y.

callback_mode() -> [handle_event_function, state_enter].

init({Seed, Recorder}) -> {ok, 0, {Seed, 0, Recorder}}.

handle_event(Type, Content, State, {_, Steps, Recorder}) when Steps >= ?STEPS ->
    Recorder ! {handled, State, Type, Content},
    keep_state_and_data;
handle_event(Type, Content, State, {Random0, Steps, Recorder}) ->
    Recorder ! {handled, State, Type, Content},
    Random1 = next(Random0),
    {Actions, Random2} = actions(choice(Random1, 4), Random1, Type =:= enter, []),
    Random = next(Random2),
    Data = {Random, Steps + 1, Recorder},
    case choice(Random, 7) of
        0 -> {keep_state, Data, Actions};
        1 -> {repeat_state, Data, Actions};
        2 -> {next_state, State, Data, Actions};
        _ when Type =:= enter -> {keep_state, Data, Actions};
        _ -> {next_state, choice(next(Random), 3), Data, Actions}
    end.

actions(0, Random, _, Actions) ->
    {lists:reverse(Actions), Random};
actions(Count, Random0, Entering, Actions) ->
    Random1 = next(Random0),
    Random2 = next(Random1),
    Action = action(choice(Random1, 12), choice(Random2, 2), choice(Random2, 100), Entering),
    actions(Count - 1, Random2, Entering, Action ++ Actions).

action(0, _, _, false) -> [postpone];
action(1, _, _, false) -> [postpone];
action(2, _, Content, false) -> [{next_event, internal, Content}];
action(3, _, Content, false) -> [{next_event, cast, Content}];
action(4, _, Content, _) -> [{timeout, 0, Content}];
action(5, _, Content, _) -> [{timeout, 60000, Content}];
action(6, _, Content, _) -> [{state_timeout, 0, Content}];
action(7, _, Content, _) -> [{state_timeout, 60000, Content}];
action(8, _, Content, _) -> [{state_timeout, update, Content}];
action(9, Name, Content, _) -> [{{timeout, Name}, 0, Content}];
action(10, Name, Content, _) -> [{{timeout, Name}, update, Content}];
action(11, Name, _, _) -> [{{timeout, Name}, cancel}];
action(_, _, _, true) -> [].

next(Random) -> (Random * 25173 + 13849) rem 65536.

choice(Random, Count) -> (Random div 16) rem Count.
