%% A worker made from its declaration. It tells the recorder of every start attempt and every termination before it goes on, so
%% that whatever follows from either comes later in the recording.
-module(recorded_worker).
-behaviour(gen_server).
-export([start_link/1, init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2]).

start_link(Declaration) ->
    gen_server:start_link(?MODULE, Declaration, []).

init(Declaration) ->
    process_flag(trap_exit, maps:get(trapExit, Declaration, true)),
    case recorder:starting(Declaration) of
        ok -> {ok, Declaration};
        ignore -> ignore;
        {fail, Reason} -> {stop, Reason}
    end.

handle_call(_Request, _From, State) ->
    {reply, ok, State}.

handle_cast({stop, Reason}, State) ->
    {stop, Reason, State}.

handle_info(_Message, State) ->
    {noreply, State}.

terminate(_Reason, #{onStop := hang}) ->
    receive
        {?MODULE, never} -> ok
    end;
terminate(Reason, _State) ->
    recorder:stopping(Reason).
