import { useEffect, useRef } from 'react';
import styles from './feedback.module.css';

type Props = { readonly values: readonly number[]; readonly slots: number };

/** The course of the newest `slots` values, newest at the right, scaled to their maximum. Decoration: the number stands beside it. */
export function Sparkline({ values, slots }: Props) {
  const canvasRef = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = canvasRef.current;
    if (canvas) draw(canvas, values.slice(-slots), slots);
  }, [values, slots]);
  return <canvas ref={canvasRef} className={styles.sparkline} aria-hidden />;
}

function draw(canvas: HTMLCanvasElement, values: readonly number[], slots: number) {
  const context = canvas.getContext('2d');
  if (!context) return;
  const scale = window.devicePixelRatio;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  context.scale(scale, scale);
  if (values.length < 2) return;
  const highest = Math.max(...values, 1);
  const x = (index: number) => width - ((values.length - 1 - index) * width) / (slots - 1);
  const y = (value: number) => height - 1.5 - (value / highest) * (height - 3);
  const accent = getComputedStyle(canvas).getPropertyValue('color');
  context.beginPath();
  values.forEach((value, index) => context.lineTo(x(index), y(value)));
  context.strokeStyle = accent;
  context.lineWidth = 1.5;
  context.lineJoin = 'round';
  context.stroke();
  context.lineTo(width, height);
  context.lineTo(x(0), height);
  context.globalAlpha = 0.15;
  context.fillStyle = accent;
  context.fill();
}
