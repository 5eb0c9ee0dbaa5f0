import { CloudDownload, CloudUpload, FolderInput, FolderSync, MoonStar, PencilLine } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { type RuleTemplate, ruleTemplates } from '../../stores/rule-draft.ts';
import styles from './automation.module.css';

const icons = {
  folderToBucket: CloudUpload,
  bucketToFolder: FolderSync,
  download: CloudDownload,
  downloadAndMove: FolderInput,
  nightly: MoonStar,
} as const;

type Props = { readonly onTemplate: (template: RuleTemplate) => void; readonly onScratch: () => void };

/** What most people want a rule for. */
export function TemplateCards({ onTemplate, onScratch }: Props) {
  const { t } = useTranslation();
  return (
    <div className={styles.page}>
      <div className={styles.start}>
        <h2>{t('ruleTemplate.title')}</h2>
        <ul className={styles.cards}>
          {ruleTemplates.map((template) => {
            const Icon = icons[template];
            return (
              <li key={template}>
                <button
                  type="button"
                  className={styles.card}
                  data-template={template}
                  onClick={() => onTemplate(template)}
                >
                  <Icon size={20} aria-hidden />
                  <span className={styles.cardTitle}>{t(`ruleTemplate.name.${template}`)}</span>
                  <span className={styles.cardText}>{t(`ruleTemplate.text.${template}`)}</span>
                </button>
              </li>
            );
          })}
          <li>
            <button type="button" className={styles.card} data-template="scratch" onClick={onScratch}>
              <PencilLine size={20} aria-hidden />
              <span className={styles.cardTitle}>{t('ruleTemplate.scratch')}</span>
              <span className={styles.cardText}>{t('ruleTemplate.scratchText')}</span>
            </button>
          </li>
        </ul>
      </div>
    </div>
  );
}
