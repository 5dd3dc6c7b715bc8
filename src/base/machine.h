// machine.h - how busy is the machine we measure on?
//
// Linux alone knows: /proc/pressure/cpu (how long somebody had to wait for a CPU) and the
// steal column of /proc/stat (time a hypervisor gave to other machines). Where a number
// is not known it is NAN.

#ifndef BASE_MACHINE_H
#define BASE_MACHINE_H

// Counters that only grow.
typedef struct {
    double at_ms;      // clock_ms()
    double waiting_ms; // At least one task was ready and had no CPU.
    double ticks;      // Of all CPUs together, idle ones too.
    double stolen;     // Those among them that went to another machine.
} MachineState;

MachineState machine_state(void);

// Return the share, from 0 to 1, of the time between two states in which somebody waited
// for a CPU; and of all CPU time that was stolen.
double machine_pressure(const MachineState *before, const MachineState *after);
double machine_steal(const MachineState *before, const MachineState *after);

#endif
