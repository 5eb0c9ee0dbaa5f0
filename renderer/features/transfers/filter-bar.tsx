import { Search } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { type JobFilter, jobFilters } from '../../stores/transfer-list.ts';
import styles from './transfers.module.css';

type Props = {
  readonly filter: JobFilter;
  readonly counts: Readonly<Record<JobFilter, number>>;
  readonly search: string;
  readonly onFilter: (filter: JobFilter) => void;
  readonly onSearch: (search: string) => void;
};

/** Narrows the list to one state, or to what has a text in its line. */
export function FilterBar({ filter, counts, search, onFilter, onSearch }: Props) {
  const { t } = useTranslation();
  return (
    <div className={styles.filterBar}>
      <fieldset className={styles.filters}>
        <legend className="visually-hidden">{t('transfers.filterLabel')}</legend>
        {jobFilters.map((one) => (
          <label key={one} className={styles.filter} data-filter={one}>
            <input
              type="radio"
              name="transfers-filter"
              className="visually-hidden"
              checked={filter === one}
              onChange={() => onFilter(one)}
            />
            {t(`transfers.filter.${one}`)}
            <span className={styles.filterCount}>{t('transfers.filterCount', { count: counts[one] })}</span>
          </label>
        ))}
      </fieldset>
      <label className={styles.search}>
        <Search size={14} aria-hidden />
        <span className="visually-hidden">{t('transfers.search')}</span>
        <input
          type="search"
          value={search}
          placeholder={t('transfers.search')}
          onChange={(event) => onSearch(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape' || search === '') return;
            event.stopPropagation();
            onSearch('');
          }}
        />
      </label>
    </div>
  );
}
