%% JSON text of what the recording is made of.
-module(recording_json).
-export([encode/1, term/1]).

%% A JSON text of {object, [{Key, Value}]}, lists, binaries, atoms and integers.
encode({object, Members}) ->
    [${, lists:join($,, [[encode(Key), $:, encode(Value)] || {Key, Value} <- Members]), $}];
encode(List) when is_list(List) ->
    [$[, lists:join($,, [encode(Each) || Each <- List]), $]];
encode(Atom) when is_boolean(Atom); Atom =:= null ->
    atom_to_binary(Atom);
encode(Atom) when is_atom(Atom) ->
    encode(atom_to_binary(Atom));
encode(Integer) when is_integer(Integer) ->
    integer_to_binary(Integer);
%% Ids and reasons are plain names: one that would need an escape is a mistake in a scenario.
encode(Binary) when is_binary(Binary) ->
    {match, _} = re:run(Binary, "^[A-Za-z0-9_. ]*$"),
    [$", Binary, $"].

%% A reason or result as a value for encode/1: an atom is a string, a tagged tuple an object with its tag in camel case as the
%% key.
term({failed_to_start_child, Id, Reason}) ->
    {object, [{failedToStartChild, {object, [{id, Id}, {reason, term(Reason)}]}}]};
term({Tag, Value}) when is_atom(Tag) ->
    {object, [{list_to_binary(camel_case(atom_to_list(Tag))), term(Value)}]};
term(Term) when is_atom(Term); is_integer(Term) ->
    Term.

camel_case([$_, Letter | Rest]) -> [Letter - $a + $A | camel_case(Rest)];
camel_case([Letter | Rest]) -> [Letter | camel_case(Rest)];
camel_case([]) -> [].
