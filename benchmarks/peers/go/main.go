// The benchmark programs as a Go programmer would write them: goroutines for processes, channels for mailboxes. Workload sizes come from
// the harness, the same for every system; src/workloads describes each program. GOMAXPROCS says on how many cores.
//
//	bench PROGRAM WARMUPS REPEATS SIZE...
//
// prints one line: {"program":...,"ops":...,"ns":...,"checksum":...}. More programs can follow, each after a "--".
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
)

// A program does its work with these arguments and tells what came of it.
type program func(arguments) result

type arguments struct {
	warmups, repeats int
	sizes            []int
}

// The result of a program; those that measure a cost have it in Bytes or Micros.
type result struct {
	Program  string           `json:"program"`
	Ops      int              `json:"ops"`
	Ns       int64            `json:"ns"`
	Checksum int              `json:"checksum"`
	Bytes    *int64           `json:"bytes,omitempty"`
	Micros   *int64           `json:"micros,omitempty"`
	Detail   map[string]int64 `json:"detail,omitempty"`
}

var programs = map[string]program{
	"ping-pong":              measure(pingPong),
	"ring":                   measure(ring),
	"counting":               measure(counting),
	"cross-flood":            measure(crossFlood),
	"cross-ping-pong":        measure(crossPingPong),
	"cross-order-flood":      measure(crossOrderFlood),
	"fan-in":                 measure(fanIn),
	"fan-out":                measure(fanOut),
	"big":                    measure(big),
	"chameneos":              measure(chameneos),
	"spawn-parallel":         measure(spawnParallel),
	"spawn-sequential":       measure(spawnSequential),
	"idle-process-bytes":     idleProcessBytes,
	"million-processes":      measure(millionProcesses),
	"monitor-storm":          measure(monitorStorm),
	"server-call-small":      measure(serverCall),
	"server-call-10kb":       measure(serverCall10kB),
	"server-call-concurrent": measure(serverCallConcurrent),
	"timer-set-cancel":       measure(timerSetCancel),
	"timer-fire":             measure(timerFire),
	"busy-call-latency":      whileBusy(busyCall, 0.99),
	"mixed-load-latency":     whileBusy(busyCall, 0.999, allocate),
	"timer-latency":          whileBusy(timerLatency, 0.99),
	"fork-join-fib":          measure(forkJoinFib),
	"fork-join-queens":       measure(forkJoinQueens),
	"fork-join-mandelbrot":   measure(forkJoinMandelbrot),
	"unbalanced-tree":        measure(unbalancedTree),
	"ran":                    measure(ran),
	"parallel":               measure(parallel),
	"ehb":                    measure(ehb),
	"serialmsg":              measure(serialmsg),
	"bounded-buffer":         measure(boundedBuffer),
	"dining-philosophers":    measure(diningPhilosophers),
	"sleeping-barber":        measure(sleepingBarber),
	"cigarette-smokers":      measure(cigaretteSmokers),
	"bank-transaction":       measure(bankTransaction),
	"concurrent-dictionary":  measure(concurrentDictionary),
}

func main() {
	args := os.Args[1:]
	for len(args) > 0 {
		end := 0
		for end < len(args) && args[end] != "--" {
			end++
		}
		run(args[0], args[1:end])
		args = args[min(end+1, len(args)):]
	}
}

// Runs one program, and prints its result.
func run(name string, args []string) {
	numbers := []int{}
	for _, text := range args {
		number, err := strconv.Atoi(text)
		if err != nil {
			fail(err)
		}
		numbers = append(numbers, number)
	}
	work, known := programs[name]
	if !known || len(numbers) < 2 {
		fail(fmt.Errorf("usage: bench PROGRAM WARMUPS REPEATS SIZE..., not %s %v", name, args))
	}
	done := work(arguments{numbers[0], numbers[1], numbers[2:]})
	done.Program = name
	line, err := json.Marshal(done)
	if err != nil {
		fail(err)
	}
	fmt.Println(string(line))
}

func min(a, b int) int {
	if a < b {
		return a
	}
	return b
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
