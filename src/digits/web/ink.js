// Strokes as ink: smooth lines through the points of a pen, painted whole or as they grow.

/**
 * @typedef {{x: number, y: number, weight: number}} Point weight: 1, or what the pressure of a pen makes of it
 * @typedef {{width: number, points: Point[]}} Stroke
 */

/**
 * Paint a stroke, or what came to it since `from` points.
 * @param {CanvasRenderingContext2D} context
 * @param {Stroke} stroke
 * @param {number} [from]
 */
export function paint(context, stroke, from = 0) {
  context.lineCap = context.lineJoin = "round";
  const { points } = stroke;
  if (from === 0) dot(context, stroke);
  for (let i = Math.max(1, from); i < points.length; i += 1) segment(context, stroke, i);
}

/**
 * Paint the last bit of a stroke, which waits for the point that would follow.
 * @param {CanvasRenderingContext2D} context
 * @param {Stroke} stroke
 */
export function finish(context, stroke) {
  const { points } = stroke;
  if (points.length < 2) return;
  const [before, last] = points.slice(-2);
  line(context, stroke.width * last.weight, () => {
    context.moveTo((before.x + last.x) / 2, (before.y + last.y) / 2);
    context.lineTo(last.x, last.y);
  });
}

/**
 * Return how far ink reaches to the right and down.
 * @param {Stroke[]} strokes
 * @returns {{right: number, bottom: number}}
 */
export function reach(strokes) {
  let [right, bottom] = [0, 0];
  for (const { points, width } of strokes) {
    for (const { x, y } of points) {
      right = Math.max(right, x + width);
      bottom = Math.max(bottom, y + width);
    }
  }
  return { right, bottom };
}

function dot(context, { width, points: [first] }) {
  context.beginPath();
  context.arc(first.x, first.y, (width * first.weight) / 2, 0, 2 * Math.PI);
  context.fill();
}

// A curve from the middle of one step to the middle of the next, so that a fast hand leaves no corners.
function segment(context, { width, points }, i) {
  const [from, over, to] = [points[Math.max(0, i - 2)], points[i - 1], points[i]];
  line(context, width * to.weight, () => {
    context.moveTo((from.x + over.x) / 2, (from.y + over.y) / 2);
    context.quadraticCurveTo(over.x, over.y, (over.x + to.x) / 2, (over.y + to.y) / 2);
  });
}

function line(context, width, draw) {
  context.lineWidth = width;
  context.beginPath();
  draw();
  context.stroke();
}
