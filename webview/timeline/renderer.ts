/** Boxes as x, y, width and height in CSS pixels, one after another. */
export type Boxes = number[];

/**
 * What the timeline needs to draw, in batches of one colour, so that another back end (WebGL) can
 * take its place.
 */
export interface Renderer {
  /** Starts a picture of this size in CSS pixels; everything from before is gone. */
  begin(width: number, height: number): void;
  fill(colour: string, boxes: Boxes, opacity?: number): void;
  /** Outlines of one pixel inside the boxes. */
  outline(colour: string, boxes: Boxes): void;
  /** Triangles that stand with their tip down on the top edge of each box's left end. */
  marks(colour: string, boxes: Boxes): void;
  /** One line of text, cut off with an ellipsis at the width; `y` is its middle. */
  text(colour: string, text: string, x: number, y: number, width: number): void;
}

/** Draws on a 2D canvas at the screen's own resolution. */
export function canvasRenderer(canvas: HTMLCanvasElement): Renderer {
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This webview has no 2D canvas.');
  let font = '';
  let letter = 7;

  return {
    begin: (width, height) => {
      const ratio = window.devicePixelRatio;
      const [columns, lines] = [Math.round(width * ratio), Math.round(height * ratio)];
      if (canvas.width !== columns || canvas.height !== lines) {
        canvas.width = columns;
        canvas.height = lines;
        canvas.style.width = `${width}px`;
        canvas.style.height = `${height}px`;
      }
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, width, height);
      const style = getComputedStyle(canvas);
      font = `11px ${style.fontFamily}`;
      context.font = font;
      context.textBaseline = 'middle';
      letter = context.measureText('abcdefghij').width / 10;
    },
    fill: (colour, boxes, opacity = 1) => {
      context.globalAlpha = opacity;
      context.fillStyle = colour;
      each(boxes, (x, y, width, height) => context.fillRect(x, y, width, height));
      context.globalAlpha = 1;
    },
    outline: (colour, boxes) => {
      context.strokeStyle = colour;
      context.lineWidth = 1;
      each(boxes, (x, y, width, height) =>
        context.strokeRect(x + 0.5, y + 0.5, Math.max(0, width - 1), height - 1),
      );
    },
    marks: (colour, boxes) => {
      context.fillStyle = colour;
      context.beginPath();
      each(boxes, (x, y) => {
        context.moveTo(x - 3.5, y - 2);
        context.lineTo(x + 5.5, y - 2);
        context.lineTo(x + 1, y + 5);
      });
      context.fill();
    },
    text: (colour, text, x, y, width) => {
      const most = Math.floor(width / letter);
      if (most < 2) return;
      context.fillStyle = colour;
      context.fillText(text.length > most ? `${text.slice(0, most - 1)}…` : text, x, y, width);
    },
  };
}

function each(boxes: Boxes, draw: (x: number, y: number, width: number, height: number) => void): void {
  for (let index = 0; index + 3 < boxes.length; index += 4) {
    draw(boxes[index] ?? 0, boxes[index + 1] ?? 0, boxes[index + 2] ?? 0, boxes[index + 3] ?? 0);
  }
}
