%% Runs scenarios and prints, as JSON, what OTP did in each step.
-module(recording).
-export([main/1, log/2]).

%% A scenario takes a few milliseconds. The oldest restart must not leave the period of 5 s meanwhile.
-define(SCENARIO_LIMIT_MS, 4000).

%% Takes the path of a file with one term: the list of scenarios.
main([File]) ->
    {ok, [Scenarios]} = file:consult(File),
    ok = logger:remove_handler(default),
    ok = logger:add_handler(?MODULE, ?MODULE, #{}),
    Recorded = [watched(Scenario) || Scenario <- Scenarios],
    Value =
        {object, [
            {otp, list_to_binary(erlang:system_info(otp_release))},
            {erts, list_to_binary(erlang:system_info(version))},
            {stdlib, list_to_binary(version(stdlib))},
            {kernel, list_to_binary(version(kernel))},
            {scenarios, Recorded}
        ]},
    io:put_chars([recording_json:encode(Value), $\n]),
    halt(0).

version(Application) ->
    {ok, Version} = application:get_key(Application, vsn),
    Version.

%% A logger handler, called by the application controller itself: its report is the only place that has the reason of an exit.
log(#{msg := {report, #{label := {application_controller, exit}, report := Report}}}, _Config) ->
    {application, recorded} = lists:keyfind(application, 1, Report),
    {exited, Reason} = lists:keyfind(exited, 1, Report),
    recorder:application_exit(plain(Reason));
log(_Event, _Config) ->
    ok.

%% Without the call and the child specification that OTP wraps around a reason.
plain({Reason, {recorded_app, start, _}}) -> Reason;
plain({Reason, Child}) when element(1, Child) =:= child -> Reason;
plain(Reason) -> Reason.

watched(#{name := Name} = Scenario) ->
    {Pid, Monitor} = spawn_monitor(fun() -> exit({recorded, run(Scenario)}) end),
    receive
        {'DOWN', Monitor, process, Pid, {recorded, Value}} -> Value;
        {'DOWN', Monitor, process, Pid, Reason} -> give_up(Name, Reason)
    after ?SCENARIO_LIMIT_MS -> give_up(Name, {not_settled, recorder:snapshot(), recorder:take()})
    end.

give_up(Name, Reason) ->
    io:format(standard_error, "Scenario ~s could not be recorded: ~p~n", [Name, Reason]),
    halt(1).

run(#{name := Name, tree := Tree, steps := Steps}) ->
    {ok, _} = recorder:start_link(),
    ok = recorded_app:load(Tree),
    Recorded = [step(Step) || Step <- Steps],
    _ = application:stop(recorded),
    ok = application:unload(recorded),
    ok = recorder:stop(),
    {object, [{name, Name}, {steps, Recorded}]}.

step(Injection) ->
    Result = inject(Injection),
    Supervisors = settle(),
    {object,
        [{result, Result} || Result =/= none] ++
            [{events, recorder:take()}, {children, {object, [{Id, children(Pid)} || {Id, Pid} <- Supervisors]}}]}.

inject(#{action := application_start}) ->
    result(application:start(recorded, temporary));
inject(#{action := application_stop}) ->
    result(application:stop(recorded));
inject(#{action := stop, process := Id, reason := Reason}) ->
    Pid = pid(Id),
    gen_server:cast(Pid, {stop, term(Reason)}),
    reached(Pid);
inject(#{action := exit, process := Id, reason := Reason}) ->
    Pid = pid(Id),
    ok = recorder:expect_kill(Pid),
    exit(Pid, term(Reason)),
    reached(Pid);
inject(#{action := start_child, supervisor := Supervisor, child := Child}) ->
    result(supervisor:start_child(pid(Supervisor), recorded_supervisor:child_spec(Child)));
inject(#{action := Action, supervisor := Supervisor, child := Child}) when
    Action =:= terminate_child; Action =:= restart_child; Action =:= delete_child
->
    result(supervisor:Action(pid(Supervisor), Child)).

%% Signals from one process to another keep their order: once this is answered, or fails because the process is dead, the
%% process has dealt with the injection.
reached(Pid) ->
    _ = (catch sys:get_state(Pid, infinity)),
    none.

result(ok) -> ok;
result({ok, undefined}) -> {object, [{ok, null}]};
result({ok, Pid}) -> {object, [{ok, id(Pid)}]};
result({error, {already_started, Pid}}) -> {object, [{error, {object, [{alreadyStarted, id(Pid)}]}}]};
result({error, Reason}) -> {object, [{error, recording_json:term(plain(Reason))}]}.

%% A declared reason: an object with one member stands for a tagged tuple.
term(#{} = Map) ->
    [{Tag, Value}] = maps:to_list(Map),
    {Tag, term(Value)};
term(Term) ->
    Term.

pid(Id) ->
    {_, _, Processes} = recorder:snapshot(),
    case lists:keyfind(Id, 2, Processes) of
        {Pid, Id, living} -> Pid;
        false -> error({not_running, Id})
    end.

id(Pid) ->
    {_, _, Processes} = recorder:snapshot(),
    {Pid, Id, _} = lists:keyfind(Pid, 1, Processes),
    Id.

%% Waits until the tree is at rest, and returns its supervisors as [{Id, Pid}], the top first. At rest is a tree whose
%% supervisors all answer, list only children that live, are not restarting any, and have every living process among them; while
%% they were asked nothing was recorded. Without a living process it is at rest when the application has ended too.
settle() ->
    {_, Application, Processes} = Before = recorder:snapshot(),
    Found = walk(Processes),
    Living = [Pid || {Pid, _, living} <- Processes],
    Rests =
        is_list(Found) andalso length(Living) =:= length(Processes) andalso
            lists:sort([Pid || {_, Pid, _} <- Found]) =:= lists:sort(Living) andalso
            (Application =:= up) =:= (Living =/= []) andalso recorder:snapshot() =:= Before,
    case Rests of
        true ->
            [{Id, Pid} || {Id, Pid, supervisor} <- Found];
        false ->
            erlang:yield(),
            settle()
    end.

walk(Processes) ->
    case lists:keyfind(top, 2, Processes) of
        {Pid, top, living} -> catch descend(top, Pid);
        false -> []
    end.

descend(Id, Pid) ->
    Children = lists:reverse(supervisor:which_children(Pid)),
    false = lists:keymember(restarting, 2, Children),
    [
        {Id, Pid, supervisor}
        | lists:append([
            case Type of
                supervisor -> descend(Child, ChildPid);
                worker -> [{Child, ChildPid, worker}]
            end
         || {Child, ChildPid, Type, _} <- Children, is_pid(ChildPid)
        ])
    ].

%% The ids of a supervisor's children in their order, those that do not run apart.
children(Supervisor) ->
    Children = lists:reverse(supervisor:which_children(Supervisor)),
    {object, [
        {running, [Id || {Id, Pid, _, _} <- Children, is_pid(Pid)]},
        {stopped, [Id || {Id, undefined, _, _} <- Children]}
    ]}.
