interface Body {
  x: number;
  y: number;
  z: number;
  vx: number;
  vy: number;
  vz: number;
  mass: number;
}

function make(): Body[] {
  return Array.from({ length: 5 }, (_, i) => ({
    x: i * 1.1,
    y: i * 0.7 - 1,
    z: i * 0.3,
    vx: 0.1 * i,
    vy: 0.2 - i * 0.05,
    vz: 0.01 * i,
    mass: 1 + i * 0.5,
  }));
}

function advance(bodies: Body[], dt: number): void {
  for (let i = 0; i < bodies.length; i++) {
    const a = bodies[i]!;
    for (let j = i + 1; j < bodies.length; j++) {
      const b = bodies[j]!;
      const dx = a.x - b.x;
      const dy = a.y - b.y;
      const dz = a.z - b.z;
      const d2 = dx * dx + dy * dy + dz * dz + 0.01;
      const magnitude = dt / (d2 * Math.sqrt(d2));
      a.vx -= dx * b.mass * magnitude;
      a.vy -= dy * b.mass * magnitude;
      a.vz -= dz * b.mass * magnitude;
      b.vx += dx * a.mass * magnitude;
      b.vy += dy * a.mass * magnitude;
      b.vz += dz * a.mass * magnitude;
    }
  }
  for (const body of bodies) {
    body.x += dt * body.vx;
    body.y += dt * body.vy;
    body.z += dt * body.vz;
  }
}

export function main(): number {
  const bodies = make();
  for (let i = 0; i < 20_000; i++) advance(bodies, 0.01);
  return Math.round(bodies[0]!.x * 1e6);
}
