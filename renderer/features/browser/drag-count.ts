import styles from './drag-count.module.css';

/** Shows how many are being dragged instead of a picture of the one row. Must be called as the drag begins. */
export function showDragCount(data: DataTransfer, text: string): void {
  const sign = document.createElement('div');
  sign.className = styles.dragCount ?? '';
  sign.textContent = text;
  document.body.append(sign);
  data.setDragImage(sign, -12, -4);
  // The browser has taken its picture by the next turn.
  setTimeout(() => sign.remove());
}
