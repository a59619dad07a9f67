package main

import (
	"sort"
	"time"
)

func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

func forkJoinFib(sizes []int) (int, int) {
	jobs, n := sizes[0], sizes[1]
	done := make(chan int, jobs)
	for i := 0; i < jobs; i++ {
		go func() { done <- fib(n) }()
	}
	return jobs, sumOf(done, jobs) % modulus
}

// In how many ways queens can stand on the rows that are left; the bits tell which columns and diagonals of the next row are taken.
func solutions(full, columns, left, right int) int {
	if columns == full {
		return 1
	}
	count := 0
	for free := full &^ (columns | left | right); free != 0; {
		queen := free & -free
		free ^= queen
		count += solutions(full, columns|queen, ((left|queen)<<1)&full, (right|queen)>>1)
	}
	return count
}

func forkJoinQueens(sizes []int) (int, int) {
	size, jobs := sizes[0], 0
	full, counts := 1<<size-1, make(chan int)
	for first := 0; first < size; first++ {
		for second := 0; second < size; second++ {
			if first-second < 2 && second-first < 2 {
				continue
			}
			go func(a, b int) { counts <- solutions(full, a|b, (a<<2|b<<1)&full, a>>2|b>>1) }(1<<first, 1<<second)
			jobs++
		}
	}
	return jobs, sumOf(counts, jobs)
}

// How many steps, at most the limit, a point takes to leave the circle of radius 2.
func steps(cr, ci float64, limit int) int {
	r, i := 0.0, 0.0
	for n := 0; n < limit; n++ {
		rr, ii := r*r, i*i
		if rr+ii > 4 {
			return n
		}
		// The conversion keeps a product and a sum from being rounded once together, where a processor can do that.
		i = float64(2*r*i) + ci
		r = rr - ii + cr
	}
	return limit
}

func forkJoinMandelbrot(sizes []int) (int, int) {
	size, limit := sizes[0], sizes[1]
	rows := make(chan int)
	for y := 0; y < size; y++ {
		go func(y int) {
			ci, sum := float64(2*y)/float64(size)-1, 0
			for x := 0; x < size; x++ {
				sum += steps(float64(2*x)/float64(size)-1.5, ci, limit)
			}
			rows <- sum
		}(y)
	}
	return size, sumOf(rows, size) % modulus
}

type subtree struct{ nodes, sum int }

// Works, starts two subtrees of which one is much the larger, and tells its parent how many nodes there are and what their work comes to.
func node(parent chan<- subtree, depth, steps int) {
	all := subtree{1, work(steps, depth)}
	if depth > 1 {
		self := make(chan subtree, 2)
		go node(self, depth-1, steps)
		go node(self, depth-2, steps)
		for i := 0; i < 2; i++ {
			below := <-self
			all.nodes += below.nodes
			all.sum += below.sum
		}
	}
	parent <- subtree{all.nodes, all.sum % modulus}
}

func unbalancedTree(sizes []int) (int, int) {
	root := make(chan subtree)
	go node(root, sizes[0], sizes[1])
	all := <-root
	return all.nodes, all.sum
}

// The middle of so many pseudo-random numbers in order, from each goroutine.
func ran(sizes []int) (int, int) {
	processes, numbers := sizes[0], sizes[1]
	parent := make(chan int)
	for id := 1; id <= processes; id++ {
		go func(at int) {
			all := make([]int, numbers)
			for i := range all {
				at = next(at)
				all[i] = at
			}
			sort.Ints(all)
			parent <- all[numbers/2]
		}(id)
	}
	return processes, sumOf(parent, processes) % modulus
}

type stamp struct {
	at time.Time
	n  int
}

// Goroutines keep so many stamps of time, and tell how many are not before the one that was made before.
func parallel(sizes []int) (int, int) {
	processes, stamps := sizes[0], sizes[1]
	parent := make(chan int)
	for i := 0; i < processes; i++ {
		go func() {
			all := []stamp{}
			for n := 0; n < stamps; n++ {
				all = append(all, stamp{time.Now(), n})
			}
			inOrder := 0
			for i, each := range all {
				if i == 0 || !each.at.Before(all[i-1].at) {
					inOrder++
				}
			}
			parent <- inOrder
		}()
	}
	return processes, sumOf(parent, processes) % modulus
}
