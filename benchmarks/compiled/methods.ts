abstract class Shape {
  abstract area(): number;
  abstract scale(k: number): this;
}

class Square extends Shape {
  side: number;
  constructor(side: number) {
    super();
    this.side = side;
  }
  area(): number {
    return this.side * this.side;
  }
  scale(k: number): this {
    this.side = (this.side * k) % 17;
    return this;
  }
}

class Circle extends Shape {
  radius: number;
  constructor(radius: number) {
    super();
    this.radius = radius;
  }
  area(): number {
    return 3 * this.radius * this.radius;
  }
  scale(k: number): this {
    this.radius = (this.radius + k) % 13;
    return this;
  }
}

class Triangle extends Shape {
  base: number;
  height: number;
  constructor(base: number, height: number) {
    super();
    this.base = base;
    this.height = height;
  }
  area(): number {
    return (this.base * this.height) / 2;
  }
  scale(k: number): this {
    this.base = (this.base + k) % 11;
    return this;
  }
}

export function main(): number {
  const shapes: Shape[] = [new Square(2), new Circle(3), new Triangle(4, 5), new Square(6)];
  let sum = 0;
  for (let i = 0; i < 200_000; i++) {
    const shape = shapes[i & 3]!;
    sum = (sum + shape.scale(i & 7).area()) % 100_003;
  }
  return sum;
}
