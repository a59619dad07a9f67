%% Programs of bencherl and Savina.
-module(bench_classics).
-export([programs/0, pass/2]).
-import(bench_computing, [next/1, work/2]).

programs() ->
    [
        "ehb", "serialmsg", "bounded-buffer", "dining-philosophers", "sleeping-barber", "cigarette-smokers",
        "bank-transaction", "concurrent-dictionary"
    ].

pass("ehb", [Groups, Members, Loops]) ->
    Parent = self(),
    [spawn(fun() -> group(Parent, Members, Loops) end) || _ <- lists:seq(1, Groups)],
    {Groups * Members * Members * Loops, bench:sum_numbers(Groups)};
pass("serialmsg", [Pairs, Messages, Bytes]) ->
    Parent = self(),
    Via = spawn(fun dispatcher/0),
    [
        begin
            To = spawn(fun() -> recipient(Parent, Messages, 0) end),
            spawn(fun() -> generate(Via, To, Messages, binary:copy(<<"x">>, Bytes)) end)
        end
     || _ <- lists:seq(1, Pairs)
    ],
    Sum = bench:sum_numbers(Pairs),
    exit(Via, kill),
    {Pairs * Messages, Sum};
pass("bounded-buffer", [Pairs, Items, Capacity, Steps]) ->
    Parent = self(),
    Between = spawn(fun() -> buffer(Capacity, 0, queue:new(), queue:new(), queue:new()) end),
    [
        begin
            spawn(fun() -> produce(Between, Items, Steps, I * Items) end),
            spawn(fun() -> consume(Parent, Between, Items, Steps, 0) end)
        end
     || I <- lists:seq(0, Pairs - 1)
    ],
    Sum = bench:sum_numbers(Pairs),
    exit(Between, kill),
    {Pairs * Items, Sum};
pass("dining-philosophers", [Philosophers, Meals]) ->
    Parent = self(),
    Table = spawn(fun() -> waiter(Philosophers, #{}, #{}) end),
    [spawn(fun() -> philosopher(Parent, Table, Place, Meals, Meals) end) || Place <- lists:seq(0, Philosophers - 1)],
    Eaten = bench:sum_numbers(Philosophers),
    exit(Table, kill),
    {Eaten, Eaten};
pass("sleeping-barber", [Customers, Haircuts, Chairs, Steps]) ->
    Parent = self(),
    Room = spawn(fun() -> waiting_room(Chairs, 0, queue:new(), awake) end),
    Barber = spawn(fun() -> barber(Parent, Room, Steps, 0, 0) end),
    [spawn(fun() -> customer(Parent, Room, Haircuts, Haircuts, Steps, 0) end) || _ <- lists:seq(1, Customers)],
    Cut = bench:sum_numbers(Customers),
    Barber ! closed,
    Done = bench:sum_numbers(1),
    exit(Room, kill),
    {Cut, Cut + Done};
pass("cigarette-smokers", [Smokers, Rounds, Steps]) ->
    Parent = self(),
    All = list_to_tuple([spawn(fun() -> smoker(Parent, Id, 0) end) || Id <- lists:seq(0, Smokers - 1)]),
    Sum = arbitrate(All, Rounds, Steps, 42, 0),
    [Pid ! over || Pid <- tuple_to_list(All)],
    {Rounds, Sum + bench:sum_numbers(Smokers)};
pass("bank-transaction", [Accounts, Transactions]) ->
    Pids = [spawn(fun() -> account(Id, 1000) end) || Id <- lists:seq(0, Accounts - 1)],
    transfer(list_to_tuple(Pids), Accounts, Transactions, 42),
    [receive done -> ok end || _ <- lists:seq(1, Transactions)],
    Sum = lists:sum([balance(Pid) || Pid <- Pids]),
    [exit(Pid, kill) || Pid <- Pids],
    {Transactions, ((Sum rem 1000000007) + 1000000007) rem 1000000007};
pass("concurrent-dictionary", [Workers, Requests, Keys]) ->
    Parent = self(),
    Shared = spawn(fun() -> dictionary(#{}) end),
    [spawn(fun() -> request(Parent, Shared, Id, 0, Requests, Keys, Id, 0) end) || Id <- lists:seq(0, Workers - 1)],
    Sum = bench:sum_numbers(Workers),
    exit(Shared, kill),
    {Workers * Requests, Sum}.

%% ehb: a group has as many receivers as senders

group(Parent, Members, Loops) ->
    Self = self(),
    Data = binary:copy(<<"x">>, 100),
    Receivers = [spawn(fun() -> answer(Members * Loops) end) || _ <- lists:seq(1, Members)],
    [spawn(fun() -> ask(Self, Receivers, Loops, Data, 0) end) || _ <- lists:seq(1, Members)],
    Parent ! bench:sum_numbers(Members).

answer(0) ->
    ok;
answer(Left) ->
    receive
        {From, Data} -> From ! byte_size(Data)
    end,
    answer(Left - 1).

ask(Parent, _Receivers, 0, _Data, Sum) ->
    Parent ! Sum;
ask(Parent, Receivers, Left, Data, Sum) ->
    [To ! {self(), Data} || To <- Receivers],
    ask(Parent, Receivers, Left - 1, Data, Sum + bench:sum_numbers(length(Receivers))).

%% serialmsg: everything goes through one process

dispatcher() ->
    receive
        {To, Data} -> To ! Data
    end,
    dispatcher().

generate(_Via, _To, 0, _Data) ->
    ok;
generate(Via, To, Left, Data) ->
    Via ! {To, Data},
    generate(Via, To, Left - 1, Data).

recipient(Parent, 0, Bytes) ->
    Parent ! Bytes;
recipient(Parent, Left, Bytes) ->
    receive
        Data -> recipient(Parent, Left - 1, Bytes + byte_size(Data))
    end.

%% bounded-buffer: who puts when it is full, or takes when it is empty, waits for the answer

buffer(Capacity, Count, Items, Putting, Taking) ->
    receive
        {take, Pid} ->
            hand_out(Capacity, Count, Items, Putting, queue:in(Pid, Taking));
        {put, Pid, Item} when Count < Capacity ->
            Pid ! stored,
            hand_out(Capacity, Count + 1, queue:in(Item, Items), Putting, Taking);
        {put, Pid, Item} ->
            buffer(Capacity, Count, Items, queue:in({Pid, Item}, Putting), Taking)
    end.

hand_out(Capacity, Count, Items, Putting, Taking) ->
    case {queue:out(Taking), queue:out(Items)} of
        {{{value, Pid}, StillTaking}, {{value, Item}, Left}} ->
            Pid ! Item,
            case queue:out(Putting) of
                {{value, {Next, NextItem}}, StillPutting} ->
                    Next ! stored,
                    hand_out(Capacity, Count, queue:in(NextItem, Left), StillPutting, StillTaking);
                {empty, _} ->
                    hand_out(Capacity, Count - 1, Left, Putting, StillTaking)
            end;
        _ ->
            buffer(Capacity, Count, Items, Putting, Taking)
    end.

produce(_To, 0, _Steps, _Seed) ->
    ok;
produce(To, Left, Steps, Seed) ->
    To ! {put, self(), work(Steps, Seed)},
    receive
        stored -> produce(To, Left - 1, Steps, Seed + 1)
    end.

consume(Parent, _From, 0, _Steps, Sum) ->
    Parent ! Sum;
consume(Parent, From, Left, Steps, Sum) ->
    From ! {take, self()},
    receive
        Item -> consume(Parent, From, Left - 1, Steps, Sum + work(Steps, Item))
    end.

%% dining-philosophers: one eats when neither neighbour does

waiter(Places, Eating, Hungry) ->
    receive
        {hungry, Pid, Place} ->
            serve(Places, [Place], Eating, Hungry#{Place => Pid});
        {done, Place} ->
            Neighbours = [(Place + 1) rem Places, (Place + Places - 1) rem Places],
            serve(Places, Neighbours, maps:remove(Place, Eating), Hungry)
    end.

serve(Places, [], Eating, Hungry) ->
    waiter(Places, Eating, Hungry);
serve(Places, [Place | Rest], Eating, Hungry) ->
    Free = not is_map_key((Place + 1) rem Places, Eating) andalso not is_map_key((Place + Places - 1) rem Places, Eating),
    case Hungry of
        #{Place := Pid} when Free ->
            Pid ! eat,
            serve(Places, Rest, Eating#{Place => true}, maps:remove(Place, Hungry));
        _ ->
            serve(Places, Rest, Eating, Hungry)
    end.

philosopher(Parent, _Table, _Place, Meals, 0) ->
    Parent ! Meals;
philosopher(Parent, Table, Place, Meals, Left) ->
    Table ! {hungry, self(), Place},
    receive
        eat -> Table ! {done, Place}
    end,
    philosopher(Parent, Table, Place, Meals, Left - 1).

%% sleeping-barber: whom there is no chair for walks around and comes again

waiting_room(Chairs, Count, Waiting, Barber) ->
    receive
        {ready, Pid} ->
            next_customer(Chairs, Count, Waiting, Pid);
        {enter, Pid} when Count < Chairs ->
            next_customer(Chairs, Count + 1, queue:in(Pid, Waiting), Barber);
        {enter, Pid} ->
            Pid ! full,
            waiting_room(Chairs, Count, Waiting, Barber)
    end.

next_customer(Chairs, Count, Waiting, Barber) when Count > 0, is_pid(Barber) ->
    {{value, Pid}, Left} = queue:out(Waiting),
    Barber ! Pid,
    waiting_room(Chairs, Count - 1, Left, awake);
next_customer(Chairs, Count, Waiting, Barber) ->
    waiting_room(Chairs, Count, Waiting, Barber).

barber(Parent, Room, Steps, Cuts, Sum) ->
    Room ! {ready, self()},
    receive
        closed ->
            Parent ! Sum;
        Pid ->
            Done = work(Steps, Cuts),
            Pid ! cut,
            barber(Parent, Room, Steps, Cuts + 1, Sum + Done)
    end.

customer(Parent, _Room, Haircuts, 0, _Steps, _At) ->
    Parent ! Haircuts;
customer(Parent, Room, Haircuts, Left, Steps, At) ->
    Room ! {enter, self()},
    receive
        cut ->
            customer(Parent, Room, Haircuts, Left - 1, Steps, At);
        full ->
            Next = work(Steps, At),
            erlang:yield(),
            customer(Parent, Room, Haircuts, Left, Steps, Next)
    end.

%% cigarette-smokers: says that it has begun, and smokes; in the end it tells what all that came to

smoker(Parent, Id, Smoked) ->
    receive
        over ->
            Parent ! Smoked;
        {Arbiter, Steps} ->
            Arbiter ! Id,
            smoker(Parent, Id, Smoked + work(Steps, Id))
    end.

arbitrate(_All, 0, _Steps, _Seed, Sum) ->
    Sum;
arbitrate(All, Left, Steps, Seed, Sum) ->
    Next = next(Seed),
    element(1 + Next rem tuple_size(All), All) ! {self(), Steps},
    receive
        Id -> arbitrate(All, Left - 1, Steps, Next, Sum + Id)
    end.

%% bank-transaction: while an account waits for another, further transactions wait in its mailbox

account(Id, Balance) ->
    receive
        {debit, Teller, To, Amount} ->
            To ! {credit, self(), Amount},
            receive
                credited -> Teller ! done
            end,
            account(Id, Balance - Amount);
        {credit, From, Amount} ->
            From ! credited,
            account(Id, Balance + Amount);
        {balance, Teller} ->
            Teller ! {balance, Id, Balance},
            account(Id, Balance)
    end.

%% Money goes to accounts of higher numbers only, so that none waits for one that waits for it.
transfer(_All, _Accounts, 0, _Seed) ->
    ok;
transfer(All, Accounts, Left, Seed) ->
    A = next(Seed),
    From = A rem (Accounts - 1),
    B = next(A),
    To = From + 1 + B rem (Accounts - 1 - From),
    C = next(B),
    element(1 + From, All) ! {debit, self(), element(1 + To, All), C rem 100},
    transfer(All, Accounts, Left - 1, C).

balance(Pid) ->
    Pid ! {balance, self()},
    receive
        {balance, Id, Balance} -> (Id + 1) * Balance
    end.

%% concurrent-dictionary: one request in ten writes, to keys of the worker's own

dictionary(Entries) ->
    receive
        {put, From, Key, Value} ->
            From ! Value,
            dictionary(Entries#{Key => Value});
        {get, From, Key} ->
            From ! maps:get(Key, Entries, 0),
            dictionary(Entries)
    end.

request(Parent, _Shared, _Id, Requests, Requests, _Keys, _Seed, Sum) ->
    Parent ! Sum;
request(Parent, Shared, Id, I, Requests, Keys, Seed, Sum) ->
    Next = next(Seed),
    Key = Id * Keys + Next rem Keys,
    case I rem 10 of
        0 -> Shared ! {put, self(), Key, I};
        _ -> Shared ! {get, self(), Key}
    end,
    receive
        Value -> request(Parent, Shared, Id, I + 1, Requests, Keys, Next, Sum + Value)
    end.
