%% A supervisor made from its declaration: a map of flags and of children, which are workers or supervisors.
-module(recorded_supervisor).
-behaviour(supervisor).
-export([start_link/1, child_spec/1, init/1]).

start_link(#{id := Id} = Declaration) ->
    case supervisor:start_link(?MODULE, Declaration) of
        {error, Reason} ->
            recorder:start_failed(Id),
            {error, Reason};
        Started ->
            Started
    end.

%% The child specification of a declared worker or supervisor.
child_spec(#{id := Id, restart := Restart, shutdown := Shutdown} = Declaration) ->
    Type = maps:get(type, Declaration, worker),
    Module =
        case Type of
            worker -> recorded_worker;
            supervisor -> ?MODULE
        end,
    #{
        id => Id,
        start => {Module, start_link, [Declaration]},
        restart => Restart,
        shutdown => Shutdown,
        type => Type,
        significant => maps:get(significant, Declaration, false)
    }.

init(#{strategy := Strategy, intensity := Intensity, periodMs := Period, children := Children} = Declaration) ->
    case recorder:starting(Declaration) of
        ok ->
            Flags = #{
                strategy => Strategy,
                intensity => Intensity,
                period => Period div 1000,
                auto_shutdown => maps:get(autoShutdown, Declaration, never)
            },
            {ok, {Flags, [child_spec(Child) || Child <- Children]}};
        ignore ->
            ignore
    end.
