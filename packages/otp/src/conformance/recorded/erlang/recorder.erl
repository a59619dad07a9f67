%% Writes down what happens in the tree, in an order that is the same in every run.
%%
%% Starts and terminations are calls, so what a process does after one comes after it here too. A process that dies without a
%% word is seen by a monitor. Its DOWN message may overtake, or be overtaken by, reports of processes that went on because of
%% that death; therefore each report first buries the dead: every process that no longer lives is written down before the
%% report.
%%
%% One thing has no order: when a supervisor is killed, its children end by their links, each on its own, while the one above
%% goes on. From there to the end of the step, events are kept in branches: one for each orphan and its descendants, one for the
%% rest.
-module(recorder).
-behaviour(gen_server).
-export([start_link/0, stop/0]).
-export([starting/1, start_failed/1, stopping/1, application/1, application_exit/1]).
-export([expect_kill/1, snapshot/0, take/0]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2]).

-record(process, {pid, monitor, id, type, parent, said = nothing}).
-record(state, {
    %% Living processes, and those that have announced their end and are not yet gone, in the order of their starts.
    processes = [],
    %% Start attempts so far, by id.
    attempts = #{},
    %% Parents by pid, of the dead too.
    parents = #{},
    application = down,
    %% The supervisor that is about to be killed.
    killed = nobody,
    %% Those of its children that were alive when it died.
    orphans = [],
    %% Callers that wait until a process is gone, or all are: [{From, Pid | all}].
    waiting = [],
    %% Events of this step, newest first, each with its branch.
    events = [],
    %% Events of the scenario.
    count = 0
}).

start_link() -> gen_server:start_link({local, ?MODULE}, ?MODULE, [], []).

stop() -> gen_server:stop(?MODULE).

%% Called in init: tells how this start attempt is to end, which is ok, ignore or {fail, Reason}.
starting(Declaration) -> call({starting, Declaration, hd(get('$ancestors'))}).

%% Called by the parent of a supervisor whose start has failed; returns once the supervisor is gone. In OTP 25 the parent learns
%% of the failure before that, so it could go on first.
start_failed(Id) -> call({start_failed, Id}).

%% Called in terminate.
stopping(Reason) -> call({stopping, Reason}).

%% Called in the callbacks of the application; for application_stop it returns once no process of the tree is left.
application(Event) -> call({application, Event}).

%% Called when the application controller reports that the application has ended, or could not be started.
application_exit(Reason) -> call({application_exit, Reason}).

%% Announces that a supervisor will be killed: its children will end in no order.
expect_kill(Pid) -> call({expect_kill, Pid}).

%% What lives now: {Number of events so far, up | down, [{Pid, Id, living | ending}]}.
snapshot() -> call(snapshot).

%% The events since the last time, as values for recording_json.
take() -> call(take).

call(Request) -> gen_server:call(?MODULE, Request, infinity).

init([]) -> {ok, #state{}}.

handle_call(Request, From, State) ->
    case handle(Request, From, bury(State)) of
        {reply, Reply, Next} -> {reply, Reply, release(Next)};
        {noreply, Next} -> {noreply, release(Next)}
    end.

handle_cast(_Message, State) -> {noreply, State}.

%% The message goes back to the mailbox, where bury/1 looks for the messages of all that have died.
handle_info({'DOWN', _, process, _, _} = Down, State) ->
    self() ! Down,
    {noreply, release(bury(State))}.

handle({starting, #{id := Id} = Declaration, Parent}, {Pid, _}, State0) ->
    Attempt = maps:get(Id, State0#state.attempts, 0) + 1,
    State = State0#state{
        attempts = (State0#state.attempts)#{Id => Attempt},
        parents = (State0#state.parents)#{Pid => Parent}
    },
    Type = maps:get(type, Declaration, worker),
    case outcome(Attempt, maps:get(starts, Declaration, [])) of
        ok ->
            Process = #process{pid = Pid, monitor = monitor(process, Pid), id = Id, type = Type, parent = Parent},
            Next = State#state{processes = State#state.processes ++ [Process]},
            {reply, ok, event(Pid, Id, started(Type), [], Next)};
        ignore ->
            {reply, ignore, event(Pid, Id, ignored, [], State)};
        #{fail := Reason} ->
            {reply, {fail, Reason}, event(Pid, Id, start_failed, [{reason, Reason}], State)}
    end;
handle({start_failed, Id}, {Parent, _} = From, #state{processes = Processes} = State) ->
    case [Pid || #process{pid = Pid, id = Each, parent = Of} <- Processes, Each =:= Id, Of =:= Parent] of
        [] -> {reply, ok, State};
        [Pid] -> {noreply, wait(From, Pid, State)}
    end;
handle({stopping, Reason}, {Pid, _}, #state{processes = Processes} = State) ->
    #process{id = Id, said = nothing} = Process = lists:keyfind(Pid, #process.pid, Processes),
    Next = lists:keyreplace(Pid, #process.pid, Processes, Process#process{said = {reason, Reason}}),
    {reply, ok, event(Pid, Id, stop, [{reason, Reason}], State#state{processes = Next})};
handle({application, application_stop}, {Pid, _} = From, State) ->
    {noreply, event(Pid, app, application_stop, [], wait(From, all, State))};
handle({application, Event}, {Pid, _}, State) ->
    {reply, ok, event(Pid, app, Event, [], State#state{application = up})};
handle({application_exit, Reason}, {Pid, _}, State) ->
    {reply, ok, event(Pid, app, application_exit, [{reason, Reason}], State#state{application = down})};
handle({expect_kill, Pid}, _From, State) ->
    {reply, ok, State#state{killed = Pid}};
handle(snapshot, _From, #state{processes = Processes, application = Application, count = Count} = State) ->
    Lives = [{Pid, Id, living_or_ending(Said)} || #process{pid = Pid, id = Id, said = Said} <- Processes],
    {reply, {Count, Application, Lives}, State};
handle(take, _From, #state{events = Events, orphans = Orphans} = State) ->
    {reply, branches(lists:reverse(Events), Orphans), State#state{events = [], orphans = [], killed = nobody}}.

living_or_ending(nothing) -> living;
living_or_ending({reason, _}) -> ending.

outcome(Attempt, Starts) when Attempt =< length(Starts) -> lists:nth(Attempt, Starts);
outcome(_, _) -> ok.

started(worker) -> start;
started(supervisor) -> supervisor_start.

stopped(worker) -> stop;
stopped(supervisor) -> supervisor_stop.

%% Of several that have died since the last report, a supervisor died after its children, unless it was killed. The order of any
%% other two in one branch cannot be told: the recording would not be repeatable, and fails.
bury(#state{processes = Processes} = State) ->
    Dead = [Process || #process{pid = Pid} = Process <- Processes, not is_process_alive(Pid)],
    Ranked = lists:sort([{rank(Pid, State), Process} || #process{pid = Pid} = Process <- Dead]),
    {Next, _} = lists:foldl(fun({_, Process}, Graves) -> bury(Process, Graves) end, {State, #{}}, Ranked),
    Next.

bury(#process{pid = Pid, monitor = Monitor, id = Id, said = Said} = Process, {State, Last}) ->
    Reason =
        receive
            {'DOWN', Monitor, process, Pid, Why} -> Why
        end,
    Next = died(Process, Reason, State),
    Branch = branch(Pid, Next),
    case {Said, Last} of
        {{reason, Reason}, _} -> {Next, Last};
        {nothing, #{Branch := {Child, Parent}}} when Parent =/= Pid -> error({deaths_without_order, Child, Id});
        {nothing, _} -> {Next, Last#{Branch => {Id, Process#process.parent}}}
    end.

%% The killed supervisor is first, then the deepest.
rank(Pid, #state{killed = Pid}) -> {0, 0};
rank(Pid, #state{parents = Parents}) -> {1, -depth(Pid, Parents)}.

depth(Pid, Parents) ->
    case Parents of
        #{Pid := Parent} -> 1 + depth(Parent, Parents);
        _ -> 0
    end.

died(#process{pid = Pid, id = Id, type = Type, said = nothing}, Reason, #state{processes = Processes} = State) ->
    Left = lists:keydelete(Pid, #process.pid, Processes),
    Next = event(Pid, Id, stopped(Type), [{reason, Reason}], State#state{processes = Left}),
    case [Child || #process{parent = Parent, pid = Child, said = nothing} <- Left, Parent =:= Pid] of
        [] -> Next;
        Orphans when Pid =:= State#state.killed, State#state.orphans =:= [] -> Next#state{orphans = Orphans};
        Orphans -> error({supervisor_left_children, Id, Orphans})
    end;
died(#process{pid = Pid, said = {reason, Reason}}, Reason, #state{processes = Processes} = State) ->
    State#state{processes = lists:keydelete(Pid, #process.pid, Processes)}.

wait(From, Whom, #state{waiting = Waiting} = State) ->
    State#state{waiting = [{From, Whom} | Waiting]}.

release(#state{waiting = Waiting, processes = Processes} = State) ->
    Gone = fun
        ({_, all}) -> Processes =:= [];
        ({_, Pid}) -> not lists:keymember(Pid, #process.pid, Processes)
    end,
    {Released, Left} = lists:partition(Gone, Waiting),
    [gen_server:reply(From, ok) || {From, _} <- Released],
    State#state{waiting = Left}.

event(Pid, Id, Name, Details, #state{events = Events, count = Count} = State) ->
    Value = {object, [{process, Id}, {event, Name}] ++ [{Key, recording_json:term(Term)} || {Key, Term} <- Details]},
    State#state{events = [{branch(Pid, State), Value} | Events], count = Count + 1}.

%% The orphan that the process is or descends from, or `main`. Before there are orphans, all is `ordered`.
branch(_Pid, #state{orphans = []}) ->
    ordered;
branch(Pid, #state{orphans = Orphans, parents = Parents} = State) ->
    case lists:member(Pid, Orphans) of
        true ->
            Pid;
        false ->
            case Parents of
                #{Pid := Parent} -> branch(Parent, State);
                _ -> main
            end
    end.

branches(Events, []) ->
    [Value || {ordered, Value} <- Events];
branches(Events, Orphans) ->
    Group = [[Value || {Branch, Value} <- Events, Branch =:= Each] || Each <- Orphans ++ [main]],
    [Value || {ordered, Value} <- Events] ++
        [{object, [{unordered, true}, {branches, [Branch || Branch <- Group, Branch =/= []]}]}].
