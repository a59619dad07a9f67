%% The application whose tree is recorded; its start argument is the declaration of the top supervisor.
-module(recorded_app).
-behaviour(application).
-export([load/1, start/2, prep_stop/1, stop/1]).

%% Loads the application from a term, so that no .app file has to be found.
load(Tree) ->
    application:load(
        {application, recorded, [
            {description, "A supervision tree under injected crashes"},
            {vsn, "1"},
            {modules, [?MODULE, recorded_supervisor, recorded_worker]},
            {registered, []},
            {applications, [kernel, stdlib]},
            {mod, {?MODULE, Tree}}
        ]}
    ).

start(normal, Tree) ->
    recorder:application(application_start),
    recorded_supervisor:start_link(Tree).

prep_stop(State) ->
    recorder:application(application_prep_stop),
    State.

%% Returns once no process of the tree is left: after this callback the application master kills whatever it still finds of the
%% application, and when the top supervisor was killed that would race with the shutdown of the supervisors below it.
stop(_State) ->
    recorder:application(application_stop).
